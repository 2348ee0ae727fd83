/*
From the active customers of last month to those of this month nobody and no euro is missing.

rule: start and every step between add up to end, and end is the active customers of today
*/
with sums as (
    select
        sum(case when step <> 'end' then people end) - sum(case when step = 'end' then people end) as people_off,
        sum(case when step <> 'end' then revenue_12m end) - sum(case when step = 'end' then revenue_12m end)
            as revenue_off,
        max(case when step = 'end' then people end) as people
    from marts.movement_steps
),

active as (
    select sum(people) as people
    from marts.category_totals
    where category in ('buyer', 'customer', 'fan')
)

select sums.people_off, sums.revenue_off, sums.people, active.people as active_people
from sums
cross join active
-- Twelve sums are rounded to the cent.
where sums.people_off <> 0 or abs(sums.revenue_off) > 0.10 or sums.people <> active.people
