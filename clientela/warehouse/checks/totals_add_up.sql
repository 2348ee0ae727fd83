/*
The totals of the seven categories are the sums of their people.

rule: people are counted exactly; revenue may differ by the half cent to which each total is rounded
*/
with counted as (
    select
        categories.category,
        count(*) as people,
        coalesce(sum(activity.revenue_12m), 0) as revenue_12m
    from marts.categories
    left join marts.activity on activity.person_no = categories.person_no
    group by categories.category
)

select
    coalesce(totals.category, counted.category) as category,
    totals.people as people_told,
    coalesce(counted.people, 0) as people_counted,
    totals.revenue_12m as revenue_told,
    coalesce(counted.revenue_12m, 0) as revenue_counted
from marts.category_totals as totals
full outer join counted on counted.category = totals.category
where
    totals.category is null
    or totals.people <> coalesce(counted.people, 0)
    or abs(totals.revenue_12m - coalesce(counted.revenue_12m, 0)) > 0.005
