/*
Of those whose purchase is old enough, how many bought again within a window.

grain:  step, window_days, is_own
inputs: steps.standing_purchases, marts.activity, marts.burn_in, marts.shop_rhythm, staging.calendar
units:  open days; returned_share 0 to 1
terms:  step n means from the n-th purchase to the next; people is n, the purchases at least window_days old;
        is_own marks the window of the shop's own first repeat
rules:  people first seen during the burn-in are left out
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

new_people as (
    select activity.person_no
    from marts.activity
    cross join marts.burn_in
    where activity.purchases > 0 and activity.first_purchase_on > burn_in.burn_in_until
),

early as (
    select bought.nth, bought.open_day, bought.gap_days
    from steps.standing_purchases as bought
    inner join new_people on new_people.person_no = bought.person_no
    where bought.nth <= 4
),

-- Each purchase opens a step, and tells when the one before it was left.
steps as (
    select nth as step, open_day, null as waited_days
    from early
    where nth <= 3
    union all
    select nth - 1, open_day - gap_days, gap_days
    from early
    where nth >= 2
),

windows as (
    select 30 as window_days, false as is_own
    union all
    select 90, false
    union all
    select cast(floor(first_repeat_days) as integer), true from marts.shop_rhythm
)

select
    steps.step,
    windows.window_days,
    windows.is_own,
    count(*) filter (where steps.waited_days is null) as people,
    count(*) filter (where steps.waited_days <= windows.window_days) as returned,
    count(*) filter (where steps.waited_days <= windows.window_days)
    / cast(count(*) filter (where steps.waited_days is null) as double) as returned_share
from steps
cross join today
cross join windows
where today.open_day - steps.open_day >= windows.window_days
group by steps.step, windows.window_days, windows.is_own
