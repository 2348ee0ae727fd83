/*
The register of losses: who left in the last twelve months, when, with what, and why.

grain:  customer_id, lost_on
inputs: history.category_snapshots, steps.latest_snapshots, marts.customers, steps.last_snapshot, steps.loss_reasons,
        steps.purchase_sequence, steps.refunded_days, steps.refunds, marts.call_notes
units:  money in the shop's currency
terms:  lost_on is the month end whose report first said it, without earlier reports the day on which the silence became
        too long; value_lost is what they had spent in the 365 days up to their last purchase; came_back_on is their
        first purchase afterwards and sales_since what it and those after it brought; reason is unknown where nobody
        wrote it down; call_outcome is the newest noted until the next loss, call_euros the sum
rules:  who left twice stands here twice; who came back is known only where earlier reports say that they had left;
        refunds are taken off value_lost and sales_since, and a purchase that one has voided is none
*/
with latest as (
    select as_of, version
    from steps.latest_snapshots
    where as_of < getvariable('as_of') and as_of > getvariable('as_of') - 365
),

filed as (
    select snapshots.customer_id, snapshots.lost_on, snapshots.lost_kind
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    where snapshots.category = 'lost' and snapshots.lost_on = snapshots.as_of
    union all
    select customer_id, lost_on, lost_kind
    from marts.customers
    where category = 'lost' and lost_on = getvariable('as_of') and exists (select 1 from steps.last_snapshot)
    union all
    select customer_id, least(left_on, getvariable('as_of')), lost_kind
    from marts.customers
    where
        category = 'lost'
        and left_on > coalesce((select max(as_of) from latest), getvariable('as_of') - 365)
        and not exists (select 1 from steps.last_snapshot)
),

losses as (
    select
        filed.customer_id,
        customers.person_no,
        customers.name,
        customers.is_listed,
        customers.last_purchase_on,
        filed.lost_on,
        filed.lost_kind,
        lead(filed.lost_on) over (partition by customers.person_no order by filed.lost_on) as lost_again_on
    from filed
    inner join marts.customers on customers.customer_id = filed.customer_id
),

-- Read twice, so only what those who left have bought.
money as (
    select
        bought.person_no,
        bought.purchased_on as dated_on,
        bought.goods,
        bought.opens_purchase and (voided.void_on is null or voided.void_on > getvariable('as_of')) as is_purchase
    from steps.purchase_sequence as bought
    left join steps.refunded_days as voided
        on voided.person_no = bought.person_no and voided.purchased_on = bought.purchased_on
    where bought.purchased_on <= getvariable('as_of') and bought.person_no in (select person_no from losses)
    union all
    select person_no, dated_on, goods, false
    from steps.refunds
    where dated_on <= getvariable('as_of') and person_no in (select person_no from losses)
),

-- Few have bought since: only their purchases are looked through for the last one before and the first one after.
turned as (
    select
        losses.person_no,
        losses.lost_on,
        max(case when money.dated_on <= losses.lost_on then money.dated_on end) as last_purchase_on,
        min(case when money.dated_on > losses.lost_on then money.dated_on end) as came_back_on
    from losses
    inner join money on money.person_no = losses.person_no
    where
        money.is_purchase
        and losses.last_purchase_on > losses.lost_on
        and money.dated_on <= coalesce(losses.lost_again_on, getvariable('as_of'))
    group by losses.person_no, losses.lost_on
),

spans as (
    select
        losses.*,
        coalesce(turned.last_purchase_on, losses.last_purchase_on) as bought_last_on,
        turned.came_back_on
    from losses
    left join turned on turned.person_no = losses.person_no and turned.lost_on = losses.lost_on
),

sums as (
    select
        spans.person_no,
        spans.lost_on,
        sum(case when money.dated_on <= spans.lost_on then money.goods end) as value_lost,
        sum(case when money.dated_on >= spans.came_back_on then money.goods end) as sales_since
    from spans
    inner join money
        on money.person_no = spans.person_no
        and money.dated_on > spans.bought_last_on - 365
        and money.dated_on <= coalesce(spans.lost_again_on, getvariable('as_of'))
    group by spans.person_no, spans.lost_on
),

calls as (
    select
        losses.customer_id,
        losses.lost_on,
        notes.outcome,
        sum(notes.euros) over (partition by losses.customer_id, losses.lost_on) as euros,
        row_number() over (partition by losses.customer_id, losses.lost_on order by notes.as_of desc) as place
    from losses
    inner join marts.call_notes as notes
        on notes.customer_id = losses.customer_id
        and notes.as_of >= losses.lost_on
        and (losses.lost_again_on is null or notes.as_of < losses.lost_again_on)
)

select
    spans.customer_id,
    spans.person_no,
    spans.name,
    spans.lost_on,
    spans.lost_kind,
    coalesce(reasons.reason, 'unknown') as reason,
    coalesce(reasons.is_recoverable, spans.lost_kind <> 'ending') as is_recoverable,
    spans.bought_last_on as last_purchase_on,
    cast(coalesce(sums.value_lost, 0) as decimal(18, 2)) as value_lost,
    spans.came_back_on,
    cast(sums.sales_since as decimal(18, 2)) as sales_since,
    calls.outcome as call_outcome,
    cast(calls.euros as decimal(18, 2)) as call_euros,
    spans.is_listed
from spans
left join sums on sums.person_no = spans.person_no and sums.lost_on = spans.lost_on
left join steps.loss_reasons as reasons on reasons.person_no = spans.person_no
left join calls on calls.customer_id = spans.customer_id and calls.lost_on = spans.lost_on and calls.place = 1
