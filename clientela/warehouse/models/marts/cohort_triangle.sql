/*
Of those who first bought in a quarter of the year, how many bought again in each quarter of their own time after.

grain:  started_on, quarter
inputs: steps.new_people, steps.sales_by_age
units:  people; returned_share 0 to 1; started_on is the first day of the calendar quarter of the first purchase
terms:  quarter 1 is the first 91.25 open days from the first purchase, 2 the next, and so on; watched are those who
        have been through the whole of it, returned those of them who bought again in it; people are all who came
        that quarter; is_partial marks what not everybody has been through yet
rules:  the last twelve calendar quarters; people first seen during the burn-in are left out
*/
with quarters (quarter) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)
),

backs as (
    select first_purchase_on, back_in_quarter as quarter, sum(backs) as people
    from steps.sales_by_age
    where back_in_quarter is not null
    group by first_purchase_on, back_in_quarter
),

cells as (
    select
        cast(date_trunc('quarter', new_people.first_purchase_on) as date) as started_on,
        quarters.quarter,
        sum(new_people.people) as people,
        sum(case when quarters.quarter < new_people.quarters then new_people.people else 0 end) as watched,
        sum(case when quarters.quarter < new_people.quarters then coalesce(backs.people, 0) else 0 end) as returned
    from steps.new_people
    cross join quarters
    left join backs
        on backs.first_purchase_on = new_people.first_purchase_on and backs.quarter = quarters.quarter
    where
        new_people.first_purchase_on
        >= cast(date_trunc('quarter', getvariable('as_of')) - interval 33 month as date)
    group by 1, 2
)

select
    started_on,
    quarter + 1 as quarter,
    cast(people as bigint) as people,
    cast(watched as bigint) as watched,
    cast(returned as bigint) as returned,
    case when watched > 0 then returned / cast(watched as double) end as returned_share,
    watched < people as is_partial
from cells
where watched > 0 or quarter = 0
