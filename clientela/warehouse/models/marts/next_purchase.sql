/*
When each customer should buy next, by their own rhythm.

grain:  person_no
inputs: steps.judged, marts.shop_rhythm, marts.categories, staging.calendar
units:  *_days are open days after the last purchase; *_on are calendar days on which the shop is open
terms:  with the silence s*(c) that somebody still buying outlasts with chance c, s*(c) = (alpha + t_x)
        (c^(-1 / (r + x)) - 1): expected at s*(0.5), from s*(0.8), until s*(0.2), so that six purchases of ten fall
        inside; basis is own (two purchases or more), first (one: the shop's rhythm alone) or season
rules:  people who have bought and have not left; seasonal people are expected at their own gap, a twentieth before
        and after it at least; a date beyond the calendar is null; a date may be past: then it was expected
*/
with measured as (
    select
        rhythm.person_no,
        rhythm.customer_id,
        rhythm.purchases,
        rhythm.last_purchase_on,
        rhythm.last_open_day,
        rhythm.silent_days,
        rhythm.is_seasonal,
        rhythm.own_gap_days,
        shop.rhythm_alpha + (rhythm.last_open_day - rhythm.first_open_day) as scale,
        1.0 / (getvariable('rhythm_r') + rhythm.purchases - 1) as power
    from steps.judged as rhythm
    inner join marts.categories on categories.person_no = rhythm.person_no
    cross join marts.shop_rhythm as shop
    where categories.lost_kind is null and rhythm.purchases > 0
),

waits as (
    select
        person_no,
        customer_id,
        purchases,
        last_purchase_on,
        last_open_day,
        silent_days,
        case when purchases = 1 then 'first' when is_seasonal then 'season' else 'own' end as basis,
        greatest(
            scale * (pow(0.8, -power) - 1), case when is_seasonal then 0.95 * own_gap_days else 1 end
        ) as from_wait,
        greatest(scale * (pow(0.5, -power) - 1), case when is_seasonal then own_gap_days else 1 end) as expected_wait,
        greatest(
            scale * (pow(0.2, -power) - 1), case when is_seasonal then 1.05 * own_gap_days else 1 end
        ) as until_wait
    from measured
),

whole as (
    select
        *,
        cast(round(round(least(from_wait, 30000), 9)) as integer) as from_days,
        cast(round(round(least(expected_wait, 30000), 9)) as integer) as expected_days,
        cast(round(round(least(until_wait, 30000), 9)) as integer) as until_days
    from waits
),

open_days as (
    select open_day, min(day) as day
    from staging.calendar
    where not is_closed
    group by open_day
)

select
    whole.person_no,
    whole.customer_id,
    whole.purchases,
    whole.basis,
    whole.last_purchase_on,
    whole.from_days,
    whole.expected_days,
    whole.until_days,
    starts.day as from_on,
    middles.day as expected_on,
    ends.day as until_on,
    whole.silent_days > whole.until_days as is_past
from whole
left join open_days as starts on starts.open_day = whole.last_open_day + whole.from_days
left join open_days as middles on middles.open_day = whole.last_open_day + whole.expected_days
left join open_days as ends on ends.open_day = whole.last_open_day + whole.until_days
