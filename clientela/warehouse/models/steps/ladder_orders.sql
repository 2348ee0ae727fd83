/*
What the orders of the people on the ladder say: how the first one came about, what those who went on spent.

grain:  person_no
inputs: steps.ladder_people, steps.purchase_sequence, marts.identity, staging.orders, staging.other_orders,
        staging.friend_receipts
units:  spent_after_n in the shop's currency, refunds taken off at their own date: the 365 days that begin with the
        purchase n + 1, whether they are over or not; null where that purchase has not come
terms:  first_channel is where the first purchase was made, first_coupon the code on it; the first by alphabet where the
        day has several
*/
-- What is less than a purchase (refunds, zeros) counts as money all the same.
with orders as (
    select person_no, purchased_on as dated_on, goods
    from steps.purchase_sequence
    -- Nothing before the second purchase is asked for.
    where nth >= 2 and purchased_on <= getvariable('as_of')
    union all
    select person_of(identity.person_no, o.account_no), o.ordered_on, o.goods
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.counts and o.account_no is not null and o.ordered_on <= getvariable('as_of')
        and (o.goods <= getvariable('min_net_amount') or o.goods < 0)
    union all
    select person_of(identity.person_no, friends.account_no), friends.ordered_on, friends.goods
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where friends.ordered_on <= getvariable('as_of') and friends.goods <= getvariable('min_net_amount')
),

returned as (
    select person_no, on_2, on_3, on_4, on_5, coalesce(on_5, on_4, on_3, on_2) + 364 as until_on
    from steps.ladder_people
    where on_2 is not null
),

spent as (
    select
        steps.person_no,
        sum(case when orders.dated_on <= steps.on_2 + 364 then orders.goods end) as spent_after_1,
        sum(case when orders.dated_on between steps.on_3 and steps.on_3 + 364 then orders.goods end) as spent_after_2,
        sum(case when orders.dated_on between steps.on_4 and steps.on_4 + 364 then orders.goods end) as spent_after_3,
        sum(case when orders.dated_on between steps.on_5 and steps.on_5 + 364 then orders.goods end) as spent_after_4
    from orders
    inner join returned as steps
        on steps.person_no = orders.person_no and orders.dated_on between steps.on_2 and steps.until_on
    group by steps.person_no
),

firsts as (
    select
        steps.person_no,
        min(o.channel) as channel,
        min(o.coupon_code) as coupon_code
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    inner join steps.ladder_people as steps
        on steps.person_no = person_of(identity.person_no, o.account_no) and steps.on_1 = o.ordered_on
    where
        o.counts and o.goods > 0 and o.account_no is not null and o.ordered_on <= getvariable('as_of')
        and (o.channel is not null or o.coupon_code is not null)
    group by steps.person_no
)

select
    steps.person_no,
    firsts.channel as first_channel,
    firsts.coupon_code as first_coupon,
    spent.spent_after_1,
    spent.spent_after_2,
    spent.spent_after_3,
    spent.spent_after_4
from steps.ladder_people as steps
left join firsts on firsts.person_no = steps.person_no
left join spent on spent.person_no = steps.person_no
