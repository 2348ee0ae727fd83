/*
People who recommend the shop, or are its fans, and whom it lets down.

grain:  customer_id
inputs: marts.customers, marts.rewards, steps.survey_answers, raw.interactions, marts.identity
units:  days; rewards_owed in the shop's currency
terms:  reason, the first that fits: reward (owed for over 30 days), complaint (open for over 7 days), answer (the
        latest answer is 2 or more below the one before)
rules:  only fans and people whose latest answer is 9 or 10, where the answer fell the one before it; nobody who may
        stand on no list
*/
with owed as (
    select member_no as person_no, sum(amount) as rewards_owed, max(days_overdue) as days
    from marts.rewards
    where is_overdue and member_no is not null
    group by member_no
),

complaints as (
    select
        person_of(
            identity.person_no,
            account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
        ) as person_no,
        getvariable('as_of') - min(cast(i.ts as date)) as days
    from raw.interactions as i
    left join marts.identity
        on identity.account_no
        = account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
    where
        i.type = 'complaint'
        and cast(i.ts as date) < getvariable('as_of') - 7
        and cast(i.ts as date) > getvariable('as_of') - 365
        and (i.resolved_at is null or cast(i.resolved_at as date) > getvariable('as_of'))
    group by 1
),

answers as (
    select
        person_no,
        score_0_10 as score,
        said_on as answered_on,
        lag(score_0_10) over (partition by person_no order by ts, source, row_key) as score_before,
        row_number() over (partition by person_no order by ts desc, source desc, row_key desc) as place
    from steps.survey_answers
    where person_no is not null and score_0_10 between 0 and 10
),

judged as (
    select
        customers.customer_id,
        customers.name,
        customers.category,
        customers.revenue_12m,
        answers.score,
        answers.score_before,
        owed.rewards_owed,
        case
            when owed.person_no is not null and (customers.category = 'fan' or answers.score >= 9) then 'reward'
            when complaints.person_no is not null and (customers.category = 'fan' or answers.score >= 9)
                then 'complaint'
            when answers.score_before - answers.score >= 2
                and answers.answered_on > getvariable('as_of') - 90
                and (customers.category = 'fan' or answers.score_before >= 9)
                then 'answer'
        end as reason,
        owed.days as reward_days,
        complaints.days as complaint_days,
        getvariable('as_of') - answers.answered_on as answer_days
    from marts.customers
    left join answers on answers.person_no = customers.person_no and answers.place = 1
    left join owed on owed.person_no = customers.person_no
    left join complaints on complaints.person_no = customers.person_no
    where customers.is_listed
)

select
    customer_id,
    name,
    category,
    revenue_12m,
    reason,
    case reason when 'reward' then reward_days when 'complaint' then complaint_days else answer_days end as days,
    cast(case when reason = 'reward' then rewards_owed end as decimal(18, 2)) as rewards_owed,
    case when reason = 'answer' then score end as score,
    case when reason = 'answer' then score_before end as score_before
from judged
where reason is not null
