/*
From the active customers of last month to those of this month, step by step, every correction by its name.

grain:  step
inputs: steps.moves, steps.refunds, marts.restated_months
units:  people and revenue in the shop's currency over 12 months, signed between start and end
terms:  active is buyer, customer or fan; start is what the report of the month before said first; late_rows,
        rule_change and late_rows_and_rule_change are what has changed it since; stayed is what those who stayed spend
        more or less; is_correction marks the steps that are no movement
rules:  start and all steps between add up to end, in people and in revenue; who came counts with what they spend now,
        who went with what they spent then; refunds of the month to those who stayed are under refunds, and what a
        merged person had spent goes over under merges
*/
with told as (
    select step, change_people as people, change_revenue as revenue_12m
    from marts.restated_months
    where as_of = cast(date_trunc('month', getvariable('as_of')) as date) - 1 and step is not null
),

given_back as (
    select moves.customer_id, sum(refunds.goods) as goods
    from steps.moves
    inner join steps.refunds on refunds.person_no = moves.person_no
    where
        moves.step = 'stayed'
        and refunds.dated_on >= cast(date_trunc('month', getvariable('as_of')) as date)
        and refunds.dated_on <= getvariable('as_of')
    group by moves.customer_id
),

steps as (
    select 'start' as step, 1 as people, revenue_before as revenue_12m
    from steps.moves where was_active
    union all
    select 'start', -people, -revenue_12m from told
    union all
    select step, people, revenue_12m from told
    union all
    select step, 1, revenue_after
    from steps.moves where is_active and step <> 'stayed'
    union all
    select step, -1, -revenue_before
    from steps.moves where was_active and step <> 'stayed'
    union all
    select 'merges', 0, revenue_taken
    from steps.moves where step = 'stayed' and revenue_taken <> 0
    union all
    select 'refunds', 0, goods from given_back
    union all
    select 'stayed', 0, moves.revenue_after - moves.revenue_before - moves.revenue_taken - coalesce(given_back.goods, 0)
    from steps.moves
    left join given_back on given_back.customer_id = moves.customer_id
    where moves.step = 'stayed'
    union all
    select 'end', 1, revenue_after
    from steps.moves where is_active
),

names (position, step, is_correction) as (
    values
        (1, 'start', false), (2, 'late_rows', true), (3, 'rule_change', true),
        (4, 'late_rows_and_rule_change', true), (5, 'first_purchase', false), (6, 'won_back', false),
        (7, 'lost', false), (8, 'refunds', true), (9, 'merges', true), (10, 'other', true), (11, 'stayed', false),
        (12, 'end', false)
)

select
    names.position,
    names.step,
    cast(coalesce(sum(steps.people), 0) as bigint) as people,
    cast(coalesce(sum(steps.revenue_12m), 0) as decimal(18, 2)) as revenue_12m,
    names.is_correction
from names
left join steps on steps.step = names.step
where exists (select 1 from steps.moves)
group by names.position, names.step, names.is_correction
