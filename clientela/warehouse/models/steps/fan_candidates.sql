/*
Customers who are not lost, with everything the fan score looks at.

grain:  person_no
inputs: steps.judged, marts.answers, steps.offers, marts.overdue, steps.referral_origins
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
        judged.person_no,
        judged.kind,
        judged.purchases,
        judged.last_purchase_on,
        judged.customer_id,
        365.0 * judged.purchases
        / greatest(60, getvariable('as_of') - judged.first_purchase_on) as purchases_a_year,
        1 - judged.silent_days / judged.silence_allowed_days as recency,
        judged.revenue_12m as spend,
        answers.score,
        answers.share_of_wallet,
        offers.offers,
        offers.accepted,
        coalesce(brought.brought_buyers, 0) as brought_buyers,
        case
            when judged.purchases < getvariable('fan_min_purchases') then 'min_purchases'
            when getvariable('as_of') - judged.first_purchase_on < getvariable('fan_min_tenure_days') then 'tenure'
            when judged.is_late then 'late'
            when answers.score <= 6 then 'detractor'
            when overdue.person_no is not null then 'overdue'
            when judged.has_veto then 'veto'
        end as failed_gate
    from steps.judged
    left join marts.answers on answers.person_no = judged.person_no
    left join steps.offers on offers.person_no = judged.person_no
    left join marts.overdue on overdue.person_no = judged.person_no
    left join brought on brought.person_no = judged.person_no
    where judged.is_known and judged.purchases >= 2 and judged.lost_kind is null and judged.exclusion is null
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
