/*
How many of those who had left came back, by how long they had been silent.

grain:  silent_from_days
inputs: steps.standing_purchases, marts.customer_value, steps.states, marts.shop_rhythm, staging.calendar
units:  open days of silence; shares 0 to 1
terms:  people counts silences that had become too long (lost) and reached or crossed this stretch; came_back of them
        ended inside it; low and high are the 95 % interval of Wilson (1927)
rules:  only silences that began early enough to see the whole stretch, whatever became of them; who cannot come back
        (moved, deceased, closed) is left out; the limit is that of the history before the silence, with the shop's
        rhythm of the report's date; one person can have several
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

gaps as (
    select
        bought.gap_days as silent_days,
        bought.open_day - bought.gap_days as began,
        true as came_back,
        bought.nth - 2 as x,
        bought.open_day - bought.gap_days - people.first_open_day as t_x,
        shop.rhythm_alpha as alpha,
        shop.first_repeat_days
    from steps.standing_purchases as bought
    inner join marts.customer_value as people on people.person_no = bought.person_no
    cross join marts.shop_rhythm as shop
    where bought.gap_days > getvariable('floor_days')
),

spells as (
    select
        silent_days,
        began,
        came_back,
        case
            when x = 0 then case when getvariable('one_time_can_be_lost') then first_repeat_days end
            when getvariable('mode') = 'simple'
                then least(greatest(3.0 * t_x / x, getvariable('floor_days')), getvariable('ceiling_days'))
            else least(
                greatest(
                    (alpha + t_x) * (pow(getvariable('lost_cut'), -1.0 / (getvariable('rhythm_r') + x)) - 1),
                    getvariable('floor_days')
                ),
                getvariable('ceiling_days')
            )
        end as limit_days
    from gaps
    union all
    select today.open_day - people.last_open_day, people.last_open_day, false, states.limit_days
    from marts.customer_value as people
    cross join today
    inner join steps.states on states.person_no = people.person_no
    where states.lost_kind in ('rhythm', 'after_first')
),

stretches (silent_from_days, silent_to_days) as (
    values (0, 91), (91, 182), (182, 365), (365, 730)
),

counted as (
    select
        stretches.silent_from_days,
        stretches.silent_to_days,
        count(spells.began) as people,
        count(case when spells.came_back and spells.silent_days < stretches.silent_to_days then 1 end) as came_back
    from stretches
    cross join today
    left join spells
        on spells.silent_days > spells.limit_days
        and spells.limit_days < stretches.silent_to_days
        and spells.silent_days >= stretches.silent_from_days
        and spells.began + stretches.silent_to_days <= today.open_day
    group by stretches.silent_from_days, stretches.silent_to_days
),

shares as (
    select *, came_back / cast(nullif(people, 0) as double) as share
    from counted
)

select
    silent_from_days,
    silent_to_days,
    people,
    came_back,
    share,
    wilson_low(share, people) as low,
    wilson_high(share, people) as high
from shares
