/*
When the next purchase comes: half of everybody, half of those who return, and the window that follows from it.

grain:  step
inputs: marts.ladder_survival
units:  open days
terms:  median_days is the first day by which half of all have come back, those still waiting included; typical_days the
        same among those who do come back, and window_25, window_50, window_90 the days by which so many in a hundred of
        them have: F(t) / F(horizon_days), horizon_days the last return with at least 30 people still waiting;
        observed_until is the last day with 20 people still waiting, share_until the share back by then;
        window_source is own, or trade where fewer than 30 returns were seen: then window_90 is the trade's default
rules:  median_days is null where half have not come back by observed_until; typical_days and the first windows are null
        where fewer than 30 returns were seen
*/
with curve as (
    select step, days, returned, at_risk, people, returned_share
    from marts.ladder_survival
    where kind = 'all'
),

horizons as (
    select
        step,
        max(people) as people,
        sum(returned) as returned,
        max(case when returned > 0 and at_risk >= 30 then days end) as horizon_days,
        max(case when returned > 0 and at_risk >= 30 then returned_share end) as horizon_share,
        max(case when at_risk >= 20 then days end) as observed_until,
        max(case when at_risk >= 20 then returned_share end) as share_until
    from curve
    group by step
),

found as (
    select
        horizons.step,
        min(case when curve.at_risk >= 20 and curve.returned_share >= 0.5 - 1e-9 then curve.days end) as median_days,
        min(case when curve.returned_share >= 0.25 * horizons.horizon_share - 1e-9 then curve.days end) as window_25,
        min(case when curve.returned_share >= 0.5 * horizons.horizon_share - 1e-9 then curve.days end) as window_50,
        min(case when curve.returned_share >= 0.9 * horizons.horizon_share - 1e-9 then curve.days end) as window_90
    from horizons
    left join curve on curve.step = horizons.step and curve.returned > 0
    group by horizons.step
)

select
    horizons.step,
    horizons.people,
    cast(horizons.returned as bigint) as returned,
    found.median_days,
    case when horizons.returned >= 30 then found.window_50 end as typical_days,
    case when horizons.returned >= 30 then found.window_25 end as window_25,
    case when horizons.returned >= 30 then found.window_50 end as window_50,
    case when horizons.returned >= 30 and found.window_90 is not null then found.window_90 else getvariable('trade_days') end
        as window_90,
    case when horizons.returned >= 30 and found.window_90 is not null then 'own' else 'trade' end as window_source,
    horizons.horizon_days,
    horizons.observed_until,
    horizons.share_until
from horizons
inner join found on found.step = horizons.step
