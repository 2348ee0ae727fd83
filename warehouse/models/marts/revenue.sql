/*
What each person has spent, refunds taken off at their own date.

grain:  person_no
inputs: staging.orders, marts.identity
units:  the shop's currency, goods net of VAT where known, without shipping
rules:  12 months are the 365 days that end with the report's date; anonymous documents are left out
*/
select
    coalesce(identity.person_no, o.account_no) as person_no,
    cast(sum(o.goods) as decimal(18, 4)) as revenue_total,
    cast(
        sum(case when o.ordered_on > getvariable('as_of') - 365 then o.goods else 0 end) as decimal(18, 4)
    ) as revenue_12m
from staging.orders as o
left join marts.identity on identity.account_no = o.account_no
where o.account_no is not null and o.counts and o.ordered_on <= getvariable('as_of')
group by 1
