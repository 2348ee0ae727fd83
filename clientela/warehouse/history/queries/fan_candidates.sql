/*
steps.fan_candidates at a month end, from everybody's row.
*/
with brought as (
    select referrer_no as person_no, count(*) as brought_buyers
    from steps.referral_origins
    where referrer_no is not null and first_purchase_on is not null
    group by referrer_no
),

base as (
    select
        everybody.person_no,
        everybody.is_firm,
        everybody.purchases,
        everybody.last_purchase_on,
        everybody.place as customer_id,
        purchases_a_year(everybody.purchases, everybody.first_purchase_on) as purchases_a_year,
        1 - everybody.silent_days / everybody.limit_days as recency,
        everybody.revenue_12m as spend,
        answers.score,
        answers.share_of_wallet,
        offers.offers,
        offers.accepted,
        coalesce(brought.brought_buyers, 0) as brought_buyers,
        failed_gate(
            everybody.purchases, everybody.first_purchase_on, everybody.is_late, answers.score,
            overdue.person_no is not null, everybody.has_veto
        ) as failed_gate
    from carry.everybody
    left join marts.answers on answers.person_no = everybody.person_no
    left join steps.offers as offers on offers.person_no = everybody.person_no
    left join marts.overdue as overdue on overdue.person_no = everybody.person_no
    left join brought on brought.person_no = everybody.person_no
    where everybody.purchases >= 2 and everybody.lost_kind is null and everybody.category is not null
),

pools as (
    select count(*) filter (where is_firm) >= 20 and count(*) filter (where not is_firm) >= 20 as is_split
    from base
)

select base.*, case when pools.is_split and base.is_firm then 'b2b' else 'all' end as pool
from base
cross join pools
