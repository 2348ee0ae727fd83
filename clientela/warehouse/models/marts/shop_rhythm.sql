/*
What the shop as a whole says about rhythm: the constants that every person's rule uses.

grain:  one row
inputs: steps.repeat_gaps, steps.first_repeat_curve, marts.burn_in
units:  days are open days
terms:  mean_gap_days is m0, the sum of t_x over the sum of x among repeat customers; rhythm_alpha is r times m0,
        so that the prior's mean gap is the shop's; first_repeat_days is the window of a one-time buyer
rules:  under 30 observed returns the trade's default is used; with less than a year of return times it is
        blended in
*/
with repeaters as (
    select open_days / cast(repeats as double) as mean_gap_days, people as repeat_customers
    from steps.repeat_gaps
),

returns as (
    select coalesce(sum(returned), 0) as returns_observed
    from steps.first_repeat_curve
),

horizon as (
    select days as horizon_days, returned_share as horizon_share
    from steps.first_repeat_curve
    where at_risk >= 30
    order by days desc
    limit 1
),

own as (
    select min(curve.days) as own_days, min(horizon.horizon_days) as horizon_days
    from steps.first_repeat_curve as curve
    cross join horizon
    where curve.returned_share >= getvariable('first_repeat_q') * horizon.horizon_share - 1e-9
),

chosen as (
    select
        case
            when returns.returns_observed < 30 or own.own_days is null then 'trade'
            when own.horizon_days >= 365 then 'own'
            else 'blend'
        end as first_repeat_source,
        own.own_days,
        own.horizon_days,
        returns.returns_observed
    from returns
    cross join own
)

select
    coalesce(repeaters.mean_gap_days, getvariable('trade_days') / 2.0) as mean_gap_days,
    getvariable('rhythm_r') * coalesce(repeaters.mean_gap_days, getvariable('trade_days') / 2.0) as rhythm_alpha,
    repeaters.repeat_customers,
    case chosen.first_repeat_source
        when 'trade' then cast(getvariable('trade_days') as double)
        when 'own' then cast(chosen.own_days as double)
        -- Rounded, since whole days are cut from it.
        else round(
            chosen.own_days * chosen.horizon_days / 365.0
            + getvariable('trade_days') * (1 - chosen.horizon_days / 365.0),
            9
        )
    end as first_repeat_days,
    chosen.first_repeat_source,
    cast(chosen.returns_observed as bigint) as returns_observed,
    burn_in.history_start,
    burn_in.burn_in_days,
    burn_in.burn_in_until,
    getvariable('history_complete') as history_complete,
    cast(getvariable('late_cut') as double) as late_cut,
    cast(getvariable('lost_cut') as double) as lost_cut,
    getvariable('floor_days') as floor_days,
    getvariable('ceiling_days') as ceiling_days,
    cast(getvariable('fan_share') as double) as fan_share
from repeaters
cross join chosen
cross join marts.burn_in
