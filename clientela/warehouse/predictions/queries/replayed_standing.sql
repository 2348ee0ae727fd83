/*
The purchases of those whose history refunds or contracts change, as they stood at each day asked for.

grain:  state_on, person_no, nth
inputs: steps.purchase_sequence, steps.replayed_people, steps.refunded_days, staging.other_orders, marts.identity,
        backtest_days
units:  *_day numbers days from 1970-01-01, *_open_day open days; goods in the shop's currency; gap_days in open days
terms:  next_day is the first later purchase that stands when the horizon ends; 2147483647 where there is none
rules:  as in steps.replayed_purchases
*/
with contracts as (
    select
        coalesce(identity.person_no, o.account_no) as person_no,
        o.ordered_on,
        count(*) as documents
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.is_recurring and o.counts and o.goods > getvariable('min_net_amount') and o.goods >= 0
    group by 1, 2
),

paid as (
    select
        bought.person_no, bought.purchased_on, min(bought.open_day) as open_day, count(*) as documents,
        sum(bought.goods) as goods
    from steps.purchase_sequence as bought
    inner join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    where bought.purchased_on <= getvariable('as_of')
    group by bought.person_no, bought.purchased_on
),

days as (
    select
        paid.*,
        coalesce(contracts.documents, 0) = paid.documents as is_contract,
        case when refunded.void_on <= getvariable('as_of') then refunded.void_on end as void_on
    from paid
    left join contracts on contracts.person_no = paid.person_no and contracts.ordered_on = paid.purchased_on
    left join steps.refunded_days as refunded
        on refunded.person_no = paid.person_no and refunded.purchased_on = paid.purchased_on
),

asked as (
    select
        backtest_days.day as state_on,
        days.*,
        days.purchased_on <= backtest_days.day
        and (days.void_on is null or days.void_on > backtest_days.day) as stands,
        days.purchased_on > backtest_days.day
        and (days.void_on is null or days.void_on > backtest_days.day + getvariable('horizon_days')) as is_next
    from days
    cross join backtest_days
),

marked as (
    select
        *,
        coalesce(
            min(case when is_contract then 1 else 0 end) filter (where stands)
                over (partition by state_on, person_no),
            0
        ) as has_only_contracts
    from asked
),

counted as (
    select
        *,
        coalesce(
            min(purchased_on) filter (where is_next) over (partition by state_on, person_no) - date '1970-01-01',
            2147483647
        ) as next_day
    from marked
    where has_only_contracts = 1 or not is_contract
)

select
    state_on,
    person_no,
    cast(row_number() over history as integer) as nth,
    purchased_on - date '1970-01-01' as from_day,
    open_day,
    open_day - lag(open_day) over history as gap_days,
    next_day,
    goods
from counted
where stands
window history as (partition by state_on, person_no order by purchased_on)
