/*
Every paying order in its place in its buyer's history, those after the report's date included.

grain:  one order of a known person above min_net_amount, or one that sells a gift card
inputs: staging.orders, staging.friend_receipts, staging.calendar, marts.identity
units:  gap_days and open_day in open days; goods in the shop's currency
terms:  nth is the number of the purchase, from 1; gap_days runs from the purchase before, null on the first one
        and on the second order of a purchase
rules:  selling a gift card is an occasion of its payer, of no goods;
        all orders of one person on one day are one purchase and share its nth (merge = hours:N: all orders that
        follow each other within N hours, dated by the first), which its largest order opens; refunds and contracts
        are not looked at: the nth and gap_days of the people in steps.replayed_people depend on the date asked
*/
with by_day as (
    select
        person_of(identity.person_no, o.account_no) as person_no,
        o.ordered_on as purchased_on,
        o.goods
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        (o.goods > getvariable('min_net_amount') and o.goods >= 0 or o.prepaid > 0)
        and o.counts and o.account_no is not null
        and getvariable('merge_hours') is null
    union all
    select person_of(identity.person_no, friends.account_no), friends.ordered_on, friends.goods
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where friends.goods > getvariable('min_net_amount') and getvariable('merge_hours') is null
),

instants as (
    select account_no, ordered_on, ordered_at, goods
    from staging.orders
    where
        (goods > getvariable('min_net_amount') and goods >= 0 or prepaid > 0)
        and counts and account_no is not null
        and getvariable('merge_hours') is not null
    union all
    select account_no, ordered_on, ordered_at, goods
    from staging.friend_receipts
    where goods > getvariable('min_net_amount') and getvariable('merge_hours') is not null
),

spaced as (
    select
        person_of(identity.person_no, o.account_no) as person_no,
        o.ordered_on,
        o.ordered_at,
        o.goods,
        lag(o.ordered_at) over (
            partition by person_of(identity.person_no, o.account_no) order by o.ordered_at
        ) as former_at
    from instants as o
    left join marts.identity on identity.account_no = o.account_no
),

visits as (
    select
        person_no,
        ordered_on,
        goods,
        sum(
            case when former_at is null
                or date_diff('second', former_at, ordered_at) > 3600 * getvariable('merge_hours') then 1 else 0 end
        ) over (partition by person_no order by ordered_at) as visit
    from spaced
),

orders as (
    select person_no, purchased_on, goods from by_day
    union all
    select person_no, min(ordered_on) over (partition by person_no, visit), goods from visits
),

marked as (
    select
        orders.person_no,
        orders.purchased_on,
        calendar.open_day,
        orders.goods
    from orders
    inner join staging.calendar on calendar.day = orders.purchased_on
)

select
    person_no,
    purchased_on,
    open_day,
    goods,
    lag(purchased_on) over history is distinct from purchased_on as opens_purchase,
    cast(dense_rank() over days as integer) as nth,
    case
        when lag(purchased_on) over history < purchased_on then open_day - lag(open_day) over history
    end as gap_days
from marked
window
    days as (partition by person_no order by purchased_on),
    -- Orders of one day and one amount are alike: whichever comes first, the rows are the same.
    history as (partition by person_no order by purchased_on, goods desc)
