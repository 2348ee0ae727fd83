/*
The purchases, as they stand at the report's date, of the few people whose history refunds or contracts change.

grain:  person_no, nth
inputs: steps.purchase_sequence, steps.replayed_people, steps.refunded_days, staging.other_orders, marts.identity
units:  gap_days in open days
rules:  a purchase stands from its day until the day on which refunds void it;
        a day with nothing but recurring contracts is left out unless the person has nothing else
*/
with standing as (
    select bought.person_no, bought.purchased_on, min(bought.open_day) as open_day
    from steps.purchase_sequence as bought
    inner join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    left join steps.refunded_days
        on refunded_days.person_no = bought.person_no and refunded_days.purchased_on = bought.purchased_on
    where
        bought.purchased_on <= getvariable('as_of')
        and (refunded_days.void_on is null or refunded_days.void_on > getvariable('as_of'))
    group by bought.person_no, bought.purchased_on
),

contracts as (
    select
        person_of(identity.person_no, o.account_no) as person_no,
        o.ordered_on,
        count(*) as documents
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.is_recurring and o.counts and o.goods > getvariable('min_net_amount') and o.goods >= 0
    group by 1, 2
),

paid as (
    select bought.person_no, bought.purchased_on, count(*) as documents
    from steps.purchase_sequence as bought
    inner join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    group by bought.person_no, bought.purchased_on
),

marked as (
    select
        standing.person_no,
        standing.purchased_on,
        standing.open_day,
        coalesce(contracts.documents, 0) = paid.documents as is_contract,
        min(case when coalesce(contracts.documents, 0) = paid.documents then 1 else 0 end)
            over (partition by standing.person_no) as has_only_contracts
    from standing
    inner join paid on paid.person_no = standing.person_no and paid.purchased_on = standing.purchased_on
    left join contracts
        on contracts.person_no = standing.person_no and contracts.ordered_on = standing.purchased_on
)

select
    person_no,
    purchased_on,
    open_day,
    cast(row_number() over history as integer) as nth,
    open_day - lag(open_day) over history as gap_days
from marked
where has_only_contracts = 1 or not is_contract
window history as (partition by person_no order by purchased_on)
