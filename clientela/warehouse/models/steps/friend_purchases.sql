/*
The purchases of referred people, with what a refund has left of each: what a reward is judged by.

grain:  person_no, purchased_on
inputs: steps.friend_orders, steps.standing_purchases, steps.refunded_days
stored: view
units:  bought_amount and left_amount in the shop's currency as paid, VAT included where known; before and after the
        refunds dated by the report's date
terms:  stands says that the purchase counts at the report's date; nth_reached numbers the purchases that were ever of
        min_purchase or more, nth_left those that still are; refunded_on is the day of the refund that took the
        purchase, or the last that took from it
*/
with days as (
    select
        person_no,
        taken_from_on as purchased_on,
        sum(case when goods > 0 then paid else 0 end) as bought_amount,
        sum(paid) as left_amount,
        max(case when goods < 0 then dated_on end) as refunded_on
    from steps.friend_orders
    group by person_no, taken_from_on
),

judged as (
    select
        days.person_no,
        days.purchased_on,
        days.bought_amount,
        days.left_amount,
        standing.person_no is not null as stands,
        coalesce(voided.void_on, days.refunded_on) as refunded_on,
        case
            when standing.person_no is not null and days.left_amount >= getvariable('min_purchase') then 1 else 0
        end as is_left,
        case
            when (standing.person_no is not null or voided.void_on is not null)
                and days.bought_amount >= getvariable('min_purchase') then 1
            else 0
        end as is_reached
    from days
    left join steps.standing_purchases as standing
        on standing.person_no = days.person_no and standing.purchased_on = days.purchased_on
    left join steps.refunded_days as voided
        on voided.person_no = days.person_no
        and voided.purchased_on = days.purchased_on
        and voided.void_on <= getvariable('as_of')
)

select
    person_no,
    purchased_on,
    bought_amount,
    left_amount,
    stands,
    refunded_on,
    case when is_reached = 1 then sum(is_reached) over so_far end as nth_reached,
    case when is_left = 1 then sum(is_left) over so_far end as nth_left
from judged
window so_far as (partition by person_no order by purchased_on)
