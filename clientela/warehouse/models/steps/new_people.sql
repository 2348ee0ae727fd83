/*
The people whose first purchase really was the first, by its day, with how much of their life has been seen.

grain:  first_purchase_on
inputs: marts.customer_value, staging.calendar
units:  people; months and quarters are whole ones, of 365/12 days and of 91.25 open days
rules:  people first seen during the burn-in are left out
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
)

select
    people.first_purchase_on,
    count(*) as people,
    (getvariable('as_of') - people.first_purchase_on + 1) * 12 // 365 as months,
    (min(today.open_day) - min(people.first_open_day) + 1) * 4 // 365 as quarters
from marts.customer_value as people
cross join today
where people.is_new
group by people.first_purchase_on
