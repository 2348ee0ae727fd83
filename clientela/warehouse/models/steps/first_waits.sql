/*
How long people have waited for their second purchase, those still waiting included.

grain:  days (from the first purchase)
inputs: marts.activity, marts.burn_in, staging.calendar
units:  days are open days; returned and people are counts
rules:  people first seen during the burn-in are left out
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

waits as (
    select
        coalesce(counts.second_open_day, today.open_day) - counts.first_open_day as days,
        case when counts.second_open_day is null then 0 else 1 end as returned
    from marts.activity as counts
    cross join marts.burn_in
    cross join today
    where counts.purchases > 0 and counts.first_purchase_on > burn_in.burn_in_until
)

select days, sum(returned) as returned, count(*) as people
from waits
group by days
