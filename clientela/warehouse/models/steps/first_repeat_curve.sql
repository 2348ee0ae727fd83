/*
By how many days after the first purchase the second one comes, for everybody, those not yet back included.

grain:  days (from the first purchase), only days on which somebody returned
inputs: marts.activity, marts.burn_in, staging.calendar
units:  days are open days; returned_share is 0 to 1
terms:  returned_share is 1 - S(t), the Kaplan-Meier estimate (Kaplan & Meier 1958)
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
),

by_day as (
    select days, sum(returned) as returned, count(*) as people
    from waits
    group by days
),

at_risk as (
    select
        days,
        returned,
        sum(people) over (order by days desc) as at_risk
    from by_day
),

survival as (
    select
        days,
        returned,
        at_risk,
        sum(case when returned < at_risk then ln(1 - returned / cast(at_risk as double)) else 0 end)
            over (order by days) as log_survival,
        max(case when returned = at_risk then 1 else 0 end) over (order by days) as everybody_returned
    from at_risk
)

select
    days,
    cast(returned as bigint) as returned,
    cast(at_risk as bigint) as at_risk,
    case when everybody_returned = 1 then 1.0 else 1 - exp(log_survival) end as returned_share
from survival
where returned > 0
