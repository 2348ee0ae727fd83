/*
How much of the sales the best customers bring.

grain:  one row
inputs: marts.activity, marts.categories
units:  revenue in the shop's currency over 12 months, of the people with more than nothing; shares and gini 0 to 1
terms:  top_people are floor(people / 5 + 1/2), at least one; gini = 2 sum(i x_i) / (n sum(x)) - (n + 1) / n with x
        ascending (Gini 1912); largest_share is that of one person
*/
with spending as (
    select activity.revenue_12m, row_number() over (order by activity.revenue_12m desc, activity.person_no) as place
    from marts.activity
    inner join marts.categories on categories.person_no = activity.person_no
    where activity.revenue_12m > 0
),

sizes as (
    select count(*) as people, sum(revenue_12m) as revenue, max(revenue_12m) as largest
    from spending
),

sums as (
    select
        sum(case
            when spending.place <= greatest(floor(sizes.people / 5.0 + 0.5), 1) then spending.revenue_12m
        end) as top_revenue,
        sum(cast(sizes.people - spending.place + 1 as double) * cast(spending.revenue_12m as double)) as weighted
    from spending
    cross join sizes
)

select
    sizes.people,
    cast(coalesce(sizes.revenue, 0) as decimal(18, 2)) as revenue_12m,
    case
        when sizes.people > 0 then cast(greatest(floor(sizes.people / 5.0 + 0.5), 1) as bigint)
        else 0
    end as top_people,
    cast(sums.top_revenue as double) / cast(sizes.revenue as double) as top_share,
    2 * sums.weighted / (sizes.people * cast(sizes.revenue as double))
    - (sizes.people + 1) / cast(sizes.people as double) as gini,
    cast(sizes.largest as double) / cast(sizes.revenue as double) as largest_share
from sizes
cross join sums
