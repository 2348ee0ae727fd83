/*
Every refund to a known person, with the day whose purchase it takes from.

grain:  one refund document (source, row_key)
inputs: staging.other_orders, staging.orders, marts.identity
units:  goods in the shop's currency, negative
rules:  a refund that names an order of the file takes from that order and its buyer, from its own date on,
        whoever stands on the refund;
        one that names none, or an order that is not there, takes from the purchases of its own day
*/
with refunds as (
    select
        o.source,
        o.row_key,
        o.refund_of,
        coalesce(identity.person_no, o.account_no) as person_no,
        o.ordered_on as dated_on,
        o.goods
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.goods < 0 and o.counts
),

named as (
    select
        o.source,
        o.order_id,
        min(o.ordered_on) as ordered_on,
        min(coalesce(identity.person_no, o.account_no)) as person_no
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.goods >= 0 and o.counts and o.account_no is not null
        and o.order_id in (select refund_of from refunds where refund_of is not null)
    group by o.source, o.order_id
)

select
    refunds.source,
    refunds.row_key,
    named.order_id,
    coalesce(named.person_no, refunds.person_no) as person_no,
    coalesce(named.ordered_on, refunds.dated_on) as takes_from_on,
    refunds.dated_on,
    greatest(refunds.dated_on, coalesce(named.ordered_on, refunds.dated_on)) as refunded_on,
    refunds.goods
from refunds
left join named on named.source = refunds.source and named.order_id = refunds.refund_of
where coalesce(named.person_no, refunds.person_no) is not null
