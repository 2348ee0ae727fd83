/*
From the active customers of last month to those of this month, step by step.

grain:  step
inputs: marts.movement_matrix
units:  people, signed between start and end; revenue in the shop's currency over 12 months, signed alike
terms:  active is buyer, customer or fan
rules:  other is what corrections did: refunds, joined or excluded people
*/
with sides as (
    select
        from_category in ('buyer', 'customer', 'fan') as was_active,
        to_category in ('buyer', 'customer', 'fan') as is_active,
        from_category,
        to_category,
        people,
        revenue_12m
    from marts.movement_matrix
),

steps as (
    select 1 as position, 'start' as step, 1 as sign, people, revenue_12m
    from sides where was_active
    union all
    select 2, 'first_purchase', 1, people, revenue_12m
    from sides where is_active and not was_active and from_category <> 'lost'
    union all
    select 3, 'won_back', 1, people, revenue_12m
    from sides where is_active and from_category = 'lost'
    union all
    select 4, 'lost', -1, people, revenue_12m
    from sides where was_active and to_category = 'lost'
    union all
    select 5, 'other', -1, people, revenue_12m
    from sides where was_active and not is_active and to_category <> 'lost'
    union all
    select 6, 'end', 1, people, revenue_12m
    from sides where is_active
),

names (position, step) as (
    values (1, 'start'), (2, 'first_purchase'), (3, 'won_back'), (4, 'lost'), (5, 'other'), (6, 'end')
)

select
    names.position,
    names.step,
    cast(coalesce(sum(steps.sign * steps.people), 0) as bigint) as people,
    cast(coalesce(sum(steps.sign * steps.revenue_12m), 0) as decimal(18, 2)) as revenue_12m
from names
left join steps on steps.step = names.step
where exists (select 1 from marts.movement_matrix)
group by names.position, names.step
