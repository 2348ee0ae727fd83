/*
Sales to nobody known.

grain:  one row
inputs: staging.orders
units:  the shop's currency; receipts are documents whatever their amount, to the report's date
*/
select
    count(*) as receipts,
    cast(coalesce(sum(goods), 0) as decimal(18, 4)) as revenue,
    cast(coalesce(sum(case when ordered_on > getvariable('as_of') - 365 then goods end), 0) as decimal(18, 4))
        as revenue_12m
from staging.orders
where account_no is null and counts and ordered_on <= getvariable('as_of')
