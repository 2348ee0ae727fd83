/*
Who may be speaking ill of the shop: call them first.

grain:  person_no
inputs: marts.customers, marts.voices, steps.loss_reasons
units:  revenue_12m in the shop's currency
terms:  signs are detractor (the latest answer of the last 90 days is 0 to 6), complaint (in the last 90 days) and
        own_error (left, and the record says that the mistake was ours), joined by |; said_on is the latest of them,
        null where only the record speaks; score is that answer
rules:  position is in order of revenue_12m, ties by id; who must not be contacted, or was erased, counts and is not
        listed
*/
with answers as (
    select
        person_no,
        said_on,
        score,
        row_number() over (partition by person_no order by said_on desc) as place
    from marts.voices
    where voice = 'answer' and said_on > getvariable('as_of') - 90
),

complaints as (
    select person_no, max(said_on) as said_on
    from marts.voices
    where voice = 'complaint' and said_on > getvariable('as_of') - 90
    group by person_no
),

watched as (
    select
        customers.person_no,
        customers.customer_id,
        customers.name,
        customers.category,
        concat_ws(
            '|',
            case when answers.score <= 6 then 'detractor' end,
            case when complaints.person_no is not null then 'complaint' end,
            case when customers.category = 'lost' and reasons.reason = 'own_error' then 'own_error' end
        ) as signs,
        answers.score,
        nullif(
            greatest(
                coalesce(case when answers.score <= 6 then answers.said_on end, date '1900-01-01'),
                coalesce(complaints.said_on, date '1900-01-01')
            ),
            date '1900-01-01'
        ) as said_on,
        customers.revenue_12m,
        customers.is_listed and not customers.do_not_contact as is_listed
    from marts.customers
    left join answers on answers.person_no = customers.person_no and answers.place = 1
    left join complaints on complaints.person_no = customers.person_no
    left join steps.loss_reasons as reasons on reasons.person_no = customers.person_no
    where answers.score <= 6 or complaints.person_no is not null or reasons.reason = 'own_error'
)

select row_number() over (order by revenue_12m desc, customer_id) as position, watched.*
from watched
where signs <> ''
