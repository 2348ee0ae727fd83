/*
The part of the sales that the best customers bring, twentieth by twentieth of the people (Lorenz 1905, best first).

grain:  step
inputs: marts.activity, marts.categories
units:  people_share and revenue_share 0 to 1, both from the best down; revenue over 12 months
rules:  people with more than nothing; no row where there is nobody
*/
with spending as (
    select activity.revenue_12m, row_number() over (order by activity.revenue_12m desc, activity.person_no) as place
    from marts.activity
    inner join marts.categories on categories.person_no = activity.person_no
    where activity.revenue_12m > 0
),

sizes as (
    select count(*) as people, cast(sum(revenue_12m) as double) as revenue
    from spending
),

steps as (
    select
        cast(ceil(spending.place * 20.0 / sizes.people) as integer) as step,
        count(*) as people,
        cast(sum(spending.revenue_12m) as double) as revenue
    from spending
    cross join sizes
    group by 1
)

select
    steps.step,
    sum(steps.people) over (order by steps.step) / cast(sizes.people as double) as people_share,
    sum(steps.revenue) over (order by steps.step) / sizes.revenue as revenue_share
from steps
cross join sizes
