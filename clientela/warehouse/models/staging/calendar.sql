/*
Eighty years of days, numbered so that the shop's closed days do not count.

grain:  day
inputs: staging.closures, raw.orders
stored: table
units:  open_day counts open days; the difference of two is the open days between them
rules:  closures are dated ranges, never the weekly closing day; a closed day has the number of the open day
        before it
*/
with bounds as (
    select least(coalesce(cast(min(order_date) as date), date '1990-01-01'), date '1990-01-01') as first_day
    from raw.orders
),

days as (
    select cast(unnest(generate_series(first_day - 1, date '2069-12-31', interval 1 day)) as date) as day
    from bounds
),

marked as (
    select
        days.day,
        coalesce(bool_or(closures.first_day is not null), false) as is_closed
    from days
    left join staging.closures on days.day between closures.first_day and closures.last_day
    group by days.day
)

select
    day,
    is_closed,
    cast(sum(case when is_closed then 0 else 1 end) over (order by day) as integer) as open_day
from marked
