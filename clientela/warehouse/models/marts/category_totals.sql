/*
The seven categories in numbers, beside a month and a year before.

grain:  category, all seven always
inputs: marts.categories, marts.activity, history.category_totals, steps.latest_snapshots
units:  people; revenue in the shop's currency over 12 months; shares 0 to 1
rules:  the earlier numbers are the latest version of what the reports of those month ends said; null where there
        was none
*/
with names (category, position) as (
    values ('potential', 1), ('prospect', 2), ('lost', 3), ('referral', 4), ('buyer', 5), ('customer', 6), ('fan', 7)
),

counted as (
    select
        categories.category,
        count(*) as people,
        sum(activity.revenue_12m) as revenue_12m
    from marts.categories
    left join marts.activity on activity.person_no = categories.person_no
    group by categories.category
),

former as (
    select totals.as_of, totals.category, totals.people
    from history.category_totals as totals
    inner join steps.latest_snapshots as latest
        on latest.as_of = totals.as_of and latest.version = totals.version
),

filled as (
    select
        names.category,
        names.position,
        coalesce(counted.people, 0) as people,
        coalesce(counted.revenue_12m, 0) as revenue_12m,
        month_before.people as people_month_before,
        year_before.people as people_year_before
    from names
    left join counted on counted.category = names.category
    left join former as month_before
        on month_before.category = names.category
        and month_before.as_of = cast(date_trunc('month', getvariable('as_of')) as date) - 1
    left join former as year_before
        on year_before.category = names.category
        and year_before.as_of
        = cast(date_trunc('month', getvariable('as_of')) - interval 11 month as date) - 1
)

select
    category,
    position,
    people,
    case when sum(people) over () > 0 then people / cast(sum(people) over () as double) else 0 end as share,
    cast(revenue_12m as decimal(18, 2)) as revenue_12m,
    case
        when sum(revenue_12m) over () > 0
            then cast(revenue_12m as double) / cast(sum(revenue_12m) over () as double)
    end as revenue_share,
    people_month_before,
    people_year_before
from filled
