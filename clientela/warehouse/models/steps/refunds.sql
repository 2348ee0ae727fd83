/*
Every refund to a known person, with the day whose purchase it takes from.

grain:  one refund document (source, row_key)
inputs: staging.other_orders, staging.orders, staging.friend_receipts, marts.identity
units:  goods, paid and cost as in staging.orders, negative
rules:  a refund that names an order of the file takes from that order and its buyer, from its own date on,
        whoever stands on the refund; of several orders of that number it is the same buyer's, and the last before it;
        one that names none, or an order that is not there, takes from the purchases of its own day
*/
with refunds as (
    select
        o.source,
        o.row_key,
        o.refund_of,
        person_of(identity.person_no, o.account_no) as person_no,
        o.ordered_on as dated_on,
        o.goods,
        o.paid,
        o.cost
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.goods < 0 and o.counts
),

sold as (
    select source, row_key, order_id, ordered_on, account_no
    from staging.orders
    where
        goods >= 0 and counts and account_no is not null
        and order_id in (select refund_of from refunds where refund_of is not null)
    union all
    select source, row_key, order_id, ordered_on, account_no
    from staging.friend_receipts
    where order_id in (select refund_of from refunds where refund_of is not null)
),

meant as (
    select
        refunds.source,
        refunds.row_key,
        sold.order_id,
        sold.row_key as order_key,
        sold.ordered_on,
        person_of(identity.person_no, sold.account_no) as person_no,
        row_number() over (
            partition by refunds.source, refunds.row_key
            order by
                case when person_of(identity.person_no, sold.account_no) = refunds.person_no then 0 else 1 end,
                case when sold.ordered_on <= refunds.dated_on then 0 else 1 end,
                abs(refunds.dated_on - sold.ordered_on),
                sold.row_key
        ) as place
    from refunds
    inner join sold on sold.source = refunds.source and sold.order_id = refunds.refund_of
    left join marts.identity on identity.account_no = sold.account_no
),

named as (
    select source, row_key, order_id, order_key, ordered_on, person_no
    from meant
    where place = 1
)

select
    refunds.source,
    refunds.row_key,
    named.order_id,
    named.order_key,
    coalesce(named.person_no, refunds.person_no) as person_no,
    coalesce(named.ordered_on, refunds.dated_on) as takes_from_on,
    refunds.dated_on,
    greatest(refunds.dated_on, coalesce(named.ordered_on, refunds.dated_on)) as refunded_on,
    refunds.goods,
    refunds.paid,
    refunds.cost
from refunds
left join named on named.source = refunds.source and named.row_key = refunds.row_key
where coalesce(named.person_no, refunds.person_no) is not null
