/*
Customers who are not lost, with everything the fan score looks at.

grain:  person_no
inputs: marts.purchase_rhythm, steps.states, marts.people, marts.activity, marts.answers, steps.offers,
        marts.overdue, steps.referral_origins
units:  purchases_a_year per 365 days since the first; spend in the shop's currency over 365 days;
        brought_buyers are people
terms:  the base is everybody with two purchases or more who is not lost; failed_gate names the first gate that the
        person does not pass
rules:  ranks are taken inside consumer and b2b where each has 20 people or more, else over everybody
*/
with brought as (
    select origins.referrer_no as person_no, count(*) as brought_buyers
    from steps.referral_origins as origins
    where origins.referrer_no is not null and origins.first_purchase_on is not null
    group by origins.referrer_no
),

base as (
    select
        rhythm.person_no,
        people.kind,
        rhythm.purchases,
        rhythm.last_purchase_on,
        people.customer_id,
        365.0 * rhythm.purchases
        / greatest(60, getvariable('as_of') - rhythm.first_purchase_on) as purchases_a_year,
        1 - rhythm.silent_days / rhythm.silence_allowed_days as recency,
        activity.revenue_12m as spend,
        answers.score,
        answers.share_of_wallet,
        offers.offers,
        offers.accepted,
        coalesce(brought.brought_buyers, 0) as brought_buyers,
        case
            when rhythm.purchases < getvariable('fan_min_purchases') then 'min_purchases'
            when getvariable('as_of') - rhythm.first_purchase_on < getvariable('fan_min_tenure_days') then 'tenure'
            when states.is_late then 'late'
            when answers.score <= 6 then 'detractor'
            when overdue.person_no is not null then 'overdue'
            when people.has_veto then 'veto'
        end as failed_gate
    from marts.purchase_rhythm as rhythm
    inner join steps.states on states.person_no = rhythm.person_no
    inner join marts.people on people.person_no = rhythm.person_no
    inner join marts.activity on activity.person_no = rhythm.person_no
    left join marts.answers on answers.person_no = rhythm.person_no
    left join steps.offers on offers.person_no = rhythm.person_no
    left join marts.overdue on overdue.person_no = rhythm.person_no
    left join brought on brought.person_no = rhythm.person_no
    where rhythm.purchases >= 2 and states.lost_kind is null and people.exclusion is null
),

pools as (
    select count(*) filter (where kind = 'b2b') >= 20 and count(*) filter (where kind <> 'b2b') >= 20 as is_split
    from base
)

select
    base.*,
    case when pools.is_split and base.kind = 'b2b' then 'b2b' else 'all' end as pool
from base
cross join pools
