/*
What the orders of the people on the ladder say: how the first one came about, what those who went on spent.

grain:  person_no
inputs: marts.ladder_people, marts.identity, staging.orders, staging.friend_receipts
units:  spent_after_n in the shop's currency, refunds taken off at their own date: the 365 days that begin with the
        purchase n + 1, whether they are over or not; null where that purchase has not come
terms:  first_channel is where the first purchase was made, first_coupon the code on it; the first by alphabet where the
        day has several
*/
with orders as (
    select
        coalesce(identity.person_no, o.account_no) as person_no,
        o.ordered_on,
        o.goods,
        o.channel,
        o.coupon_code
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.counts and o.account_no is not null and o.ordered_on <= getvariable('as_of')
    union all
    select coalesce(identity.person_no, friends.account_no), friends.ordered_on, friends.goods, null, null
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where friends.ordered_on <= getvariable('as_of')
)

select
    steps.person_no,
    min(case when orders.ordered_on = steps.on_1 and orders.goods > 0 then orders.channel end) as first_channel,
    min(case when orders.ordered_on = steps.on_1 and orders.goods > 0 then orders.coupon_code end) as first_coupon,
    sum(case when orders.ordered_on between steps.on_2 and steps.on_2 + 364 then orders.goods end) as spent_after_1,
    sum(case when orders.ordered_on between steps.on_3 and steps.on_3 + 364 then orders.goods end) as spent_after_2,
    sum(case when orders.ordered_on between steps.on_4 and steps.on_4 + 364 then orders.goods end) as spent_after_3,
    sum(case when orders.ordered_on between steps.on_5 and steps.on_5 + 364 then orders.goods end) as spent_after_4
from orders
inner join marts.ladder_people as steps on steps.person_no = orders.person_no
group by steps.person_no
