/*
People who spend little themselves and bring a lot.

grain:  person_no
inputs: steps.brought, marts.activity, marts.categories, marts.people, steps.fan_candidates
units:  revenue in the shop's currency over 12 months
terms:  brought are the people whom they referred, second those whom these referred; brought_value is what both spent
rules:  own 12-month revenue under the median of the customers who are not lost, and a brought_value among the top
        tenth of those who brought a buyer, or two buyers brought; in order of brought_value, ties by id
*/
with middle as (
    select quantile_cont(activity.revenue_12m, 0.5) as median_revenue
    from steps.fan_candidates
    inner join marts.activity on activity.person_no = fan_candidates.person_no
    where exists (select 1 from steps.brought)
),

top as (
    select quantile_cont(brought_revenue + second_revenue, 0.9) as top_value
    from steps.brought
    where brought_buyers > 0
)

select
    row_number() over (
        order by brought.brought_revenue + brought.second_revenue desc, people.customer_id
    ) as position,
    brought.person_no,
    people.customer_id,
    cast(coalesce(activity.revenue_12m, 0) as decimal(18, 2)) as revenue_12m,
    brought.brought_people,
    brought.brought_buyers,
    cast(brought.brought_revenue as decimal(18, 2)) as brought_revenue,
    brought.second_people,
    brought.second_buyers,
    cast(brought.second_revenue as decimal(18, 2)) as second_revenue,
    cast(brought.brought_revenue + brought.second_revenue as decimal(18, 2)) as brought_value
from steps.brought
inner join marts.categories on categories.person_no = brought.person_no
inner join marts.people on people.person_no = brought.person_no
left join marts.activity on activity.person_no = brought.person_no
cross join middle
cross join top
where
    coalesce(activity.revenue_12m, 0) < middle.median_revenue
    and brought.brought_buyers > 0
    and (brought.brought_revenue + brought.second_revenue >= top.top_value or brought.brought_buyers >= 2)
