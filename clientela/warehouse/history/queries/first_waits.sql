/*
steps.first_waits at a date, from the waits that are counted once.
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

known as (
    select
        first_on,
        first_open_day,
        case when second_on <= getvariable('as_of') then second_open_day end as second_open_day,
        people
    from carry.waits
    where first_on <= getvariable('as_of')
    union all
    select min(purchased_on), min(open_day), max(case when nth = 2 then open_day end), 1
    from steps.replayed_purchases
    where nth <= 2
    group by person_no
)

select
    coalesce(known.second_open_day, today.open_day) - known.first_open_day as days,
    sum(case when known.second_open_day is null then 0 else known.people end) as returned,
    sum(known.people) as people
from known
cross join marts.burn_in
cross join today
where known.first_on > burn_in.burn_in_until
group by 1
