/*
Purchase days that a refund touched, and from when on they are void.

grain:  person_no, purchased_on
inputs: staging.orders, staging.friend_receipts, marts.identity, steps.refunds
units:  void_on is the first day on which the day's purchase no longer stands; null where it still does
rules:  an order is valid while its goods, less the refunds that name it, exceed min_net_amount;
        the day stands while it has a valid order and the valid orders, less the refunds of that day that name
        none, exceed min_net_amount
*/
with touched as (
    select distinct person_no, takes_from_on as purchased_on
    from steps.refunds
),

named_orders as (
    select
        touched.person_no,
        touched.purchased_on,
        o.source,
        o.row_key,
        o.goods
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    inner join touched
        on touched.person_no = person_of(identity.person_no, o.account_no)
        and touched.purchased_on = o.ordered_on
    where
        (o.goods > getvariable('min_net_amount') and o.goods >= 0 or o.prepaid > 0)
        and o.counts and o.account_no is not null
),

day_orders as (
    select person_no, purchased_on, source, row_key, goods
    from named_orders
    union all
    select
        touched.person_no, touched.purchased_on, friends.source, friends.row_key, friends.goods
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    inner join touched
        on touched.person_no = person_of(identity.person_no, friends.account_no)
        and touched.purchased_on = friends.ordered_on
    where friends.goods > getvariable('min_net_amount')
),

checkpoints as (
    select person_no, purchased_on, purchased_on as checked_on from touched
    union
    select person_no, takes_from_on, refunded_on from steps.refunds
),

order_states as (
    select
        checkpoints.person_no,
        checkpoints.purchased_on,
        checkpoints.checked_on,
        day_orders.row_key,
        day_orders.goods + coalesce(sum(refunds.goods), 0) as left_over
    from checkpoints
    inner join day_orders
        on day_orders.person_no = checkpoints.person_no and day_orders.purchased_on = checkpoints.purchased_on
    left join steps.refunds
        on refunds.source = day_orders.source
        and refunds.order_key = day_orders.row_key
        and refunds.refunded_on <= checkpoints.checked_on
    group by
        checkpoints.person_no, checkpoints.purchased_on, checkpoints.checked_on, day_orders.source,
        day_orders.row_key, day_orders.goods
),

unnamed as (
    select person_no, takes_from_on as purchased_on, sum(goods) as goods
    from steps.refunds
    where order_id is null
    group by person_no, takes_from_on
),

day_states as (
    select
        order_states.person_no,
        order_states.purchased_on,
        order_states.checked_on,
        coalesce(sum(order_states.left_over) filter (
            where order_states.left_over > getvariable('min_net_amount')
        ), 0) + coalesce(min(unnamed.goods), 0) as day_goods,
        count(*) filter (where order_states.left_over > getvariable('min_net_amount')) as valid_orders
    from order_states
    left join unnamed
        on unnamed.person_no = order_states.person_no and unnamed.purchased_on = order_states.purchased_on
    group by order_states.person_no, order_states.purchased_on, order_states.checked_on
)

select
    person_no,
    purchased_on,
    min(checked_on) filter (
        where valid_orders = 0 or day_goods <= getvariable('min_net_amount')
    ) as void_on
from day_states
group by person_no, purchased_on
