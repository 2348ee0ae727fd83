/*
People who spend little themselves and bring a lot.

grain:  person_no
inputs: marts.brought, marts.activity, marts.categories, marts.fan_candidates
rules:  own 12-month revenue under the median of the customers who are not lost, and brought revenue among the top tenth of those
        who brought anybody, or two buyers brought
*/
with middle as (
    select quantile_cont(activity.revenue_12m, 0.5) as median_revenue
    from marts.fan_candidates
    inner join marts.activity on activity.person_no = fan_candidates.person_no
    where exists (select 1 from marts.brought)
),

top as (
    select quantile_cont(brought_revenue, 0.9) as top_revenue
    from marts.brought
    where brought_buyers > 0
)

select brought.person_no
from marts.brought
inner join marts.categories on categories.person_no = brought.person_no
left join marts.activity on activity.person_no = brought.person_no
cross join middle
cross join top
where
    coalesce(activity.revenue_12m, 0) < middle.median_revenue
    and brought.brought_buyers > 0
    and (brought.brought_revenue >= top.top_revenue or brought.brought_buyers >= 2)
