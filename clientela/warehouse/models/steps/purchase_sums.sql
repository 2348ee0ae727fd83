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
with parts as (
    select
        bought.person_no,
        case when replayed.person_no is null then bought.nth end as nth,
        case when replayed.person_no is null then bought.purchased_on end as purchased_on,
        case when replayed.person_no is null then bought.open_day end as open_day,
        bought.purchased_on as dated_on,
        bought.goods
    from steps.purchase_sequence as bought
    left join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    where bought.purchased_on <= getvariable('as_of')
    union all
    select person_no, nth, purchased_on, open_day, null, null
    from steps.replayed_purchases
    union all
    select person_no, null, null, null, dated_on, goods
    from steps.refunds
    where dated_on <= getvariable('as_of')
    union all
    select person_of(identity.person_no, o.account_no), null, null, null, o.ordered_on, o.goods
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.account_no is not null and o.counts and o.ordered_on <= getvariable('as_of')
        and o.goods between 0 and getvariable('min_net_amount')
)

select
    person_no,
    coalesce(max(nth), 0) as purchases,
    min(purchased_on) as first_purchase_on,
    max(purchased_on) as last_purchase_on,
    min(open_day) as first_open_day,
    max(open_day) as last_open_day,
    min(case when nth = 2 then open_day end) as second_open_day,
    cast(coalesce(sum(goods), 0) as decimal(18, 4)) as revenue_total,
    cast(coalesce(sum(case when dated_on > getvariable('as_of') - 365 then goods end), 0) as decimal(18, 4))
        as revenue_12m
from parts
group by person_no
