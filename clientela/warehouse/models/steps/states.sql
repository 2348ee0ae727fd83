/*
Each purchaser against the lost test: still here, late, or lost.

grain:  person_no
inputs: marts.purchase_rhythm, marts.shop_rhythm, marts.people
stored: view
units:  limit_days, the silence after which the person is lost, in open days
terms:  lost_kind is rhythm (own rhythm broken), after_first (never came back after one purchase) or ending
        (moved, deceased, closed, finished: not recoverable)
rules:  a one-time buyer is lost after the shop's first-repeat window; nobody is late and lost at once
*/
with limits as (
    select
        rhythm.person_no,
        rhythm.purchases,
        rhythm.silent_days,
        rhythm.late_after_days,
        case
            when rhythm.purchases >= 2 then rhythm.silence_allowed_days
            when getvariable('one_time_can_be_lost') then shop.first_repeat_days
        end as limit_days,
        people.ending
    from marts.purchase_rhythm as rhythm
    cross join marts.shop_rhythm as shop
    inner join marts.people on people.person_no = rhythm.person_no
)

select
    person_no,
    limit_days,
    case
        when ending is not null then 'ending'
        when silent_days > limit_days and purchases = 1 then 'after_first'
        when silent_days > limit_days then 'rhythm'
    end as lost_kind,
    ending is null
    and coalesce(silent_days > late_after_days, false)
    and not coalesce(silent_days > limit_days, false) as is_late
from limits
