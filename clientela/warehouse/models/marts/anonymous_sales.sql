/*
Sales to nobody known.

grain:  one row
inputs: staging.orders, staging.friend_receipts, marts.identity, steps.refunds, marts.people
rules:  receipts that only show an e-mail or phone shared by too many are sales to nobody known;
        a refund that names somebody's order is not, nor is a receipt that a claim gives to a friend
units:  the shop's currency; receipts are documents whatever their amount, to the report's date
*/
with unnamed as (
    select
        count(*) as receipts,
        coalesce(sum(o.goods), 0) as revenue,
        coalesce(sum(case when o.ordered_on > getvariable('as_of') - 365 then o.goods end), 0) as revenue_12m
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    left join steps.refunds on refunds.source = o.source and refunds.row_key = o.row_key and o.account_no is null
    left join marts.people
        on people.person_no = person_of(identity.person_no, o.account_no) and people.exclusion = 'shared_key'
    where
        (o.account_no is null or people.person_no is not null)
        and refunds.row_key is null
        and o.counts
        and o.ordered_on <= getvariable('as_of')
),

friends as (
    select
        count(*) as receipts,
        coalesce(sum(goods), 0) as revenue,
        coalesce(sum(case when ordered_on > getvariable('as_of') - 365 then goods end), 0) as revenue_12m
    from staging.friend_receipts
    where ordered_on <= getvariable('as_of')
)

select
    unnamed.receipts - friends.receipts as receipts,
    cast(unnamed.revenue - friends.revenue as decimal(18, 4)) as revenue,
    cast(unnamed.revenue_12m - friends.revenue_12m as decimal(18, 4)) as revenue_12m
from unnamed
cross join friends
