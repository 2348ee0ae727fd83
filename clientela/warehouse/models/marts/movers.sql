/*
The ten biggest single moves of the month.

grain:  position
inputs: steps.moves, marts.customers
units:  revenue in the shop's currency over 12 months
rules:  by the larger of the revenue then and now; erased people are not named; ties by id
*/
with named as (
    select
        moves.customer_id,
        customers.name,
        moves.from_category,
        moves.to_category,
        moves.weight as revenue_12m,
        customers.purchases,
        customers.silent_days,
        customers.own_gap_days,
        customers.lost_kind,
        customers.is_late
    from steps.moves
    inner join marts.customers on customers.customer_id = moves.customer_id
    where moves.from_category <> moves.to_category and customers.is_listed and moves.weight > 0
),

placed as (
    select row_number() over (order by revenue_12m desc, customer_id) as position, named.*
    from named
)

select *
from placed
where position <= 10
