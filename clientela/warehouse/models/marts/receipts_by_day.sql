/*
Receipts per day over the last thirteen months, days without any included.

grain:  day
inputs: staging.documents, staging.calendar
units:  receipts; revenue in the shop's currency
*/
with sold as (
    select ordered_on, count(*) as receipts, sum(goods) as revenue
    from staging.documents
    where
        counts
        and ordered_on > getvariable('as_of') - 396
        and ordered_on <= getvariable('as_of')
    group by ordered_on
),

first_day as (
    select min(ordered_on) as day from staging.documents
)

select
    calendar.day,
    coalesce(sold.receipts, 0) as receipts,
    cast(coalesce(sold.revenue, 0) as decimal(18, 2)) as revenue,
    calendar.is_closed
from staging.calendar
cross join first_day
left join sold on sold.ordered_on = calendar.day
where
    calendar.day <= getvariable('as_of')
    and calendar.day >= cast(date_trunc('month', getvariable('as_of')) - interval 12 month as date)
    and calendar.day >= first_day.day
