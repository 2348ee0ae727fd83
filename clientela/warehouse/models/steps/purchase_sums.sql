/*
What each person has bought by the report's date: how often, when first and last, for how much; not stored by
itself.

grain:  person_no
inputs: steps.purchase_sequence, steps.replayed_people, steps.replayed_purchases, steps.refunds,
        staging.other_orders, marts.identity
stored: view
units:  *_open_day numbers open days (staging.calendar); revenue in the shop's currency, goods net of VAT where
        known, without shipping
rules:  refunds are taken off at their own date, so that revenue may be negative;
        12 months are the 365 days that end with the report's date; purchases is 0 where only a refund is known
*/
with sums as (
    select
        person_no,
        max(nth) as purchases,
        min(purchased_on) as first_purchase_on,
        max(purchased_on) as last_purchase_on,
        min(open_day) as first_open_day,
        max(open_day) as last_open_day,
        min(case when nth = 2 then open_day end) as second_open_day,
        sum(goods) as revenue_total,
        sum(case when purchased_on > getvariable('as_of') - 365 then goods end) as revenue_12m
    from steps.purchase_sequence
    where purchased_on <= getvariable('as_of')
    group by person_no
),

parts as (
    select sums.*
    from sums
    left join steps.replayed_people as replayed on replayed.person_no = sums.person_no
    where replayed.person_no is null
    union all
    select
        sums.person_no, null, null, null, null, null, null, sums.revenue_total, sums.revenue_12m
    from sums
    inner join steps.replayed_people as replayed on replayed.person_no = sums.person_no
    union all
    select
        person_no, max(nth), min(purchased_on), max(purchased_on), min(open_day), max(open_day),
        min(case when nth = 2 then open_day end), null, null
    from steps.replayed_purchases
    group by person_no
    union all
    select
        person_no, null, null, null, null, null, null, sum(goods),
        sum(case when dated_on > getvariable('as_of') - 365 then goods end)
    from steps.refunds
    where dated_on <= getvariable('as_of')
    group by person_no
    union all
    select
        person_of(identity.person_no, o.account_no), null, null, null, null, null, null, sum(o.goods),
        sum(case when o.ordered_on > getvariable('as_of') - 365 then o.goods end)
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.account_no is not null and o.counts and o.ordered_on <= getvariable('as_of')
        and o.goods between 0 and getvariable('min_net_amount')
    group by 1
)

select
    person_no,
    coalesce(max(purchases), 0) as purchases,
    min(first_purchase_on) as first_purchase_on,
    max(last_purchase_on) as last_purchase_on,
    min(first_open_day) as first_open_day,
    max(last_open_day) as last_open_day,
    min(second_open_day) as second_open_day,
    cast(coalesce(sum(revenue_total), 0) as decimal(18, 4)) as revenue_total,
    cast(coalesce(sum(revenue_12m), 0) as decimal(18, 4)) as revenue_12m
from parts
group by person_no
