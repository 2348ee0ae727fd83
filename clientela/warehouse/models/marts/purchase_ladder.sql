/*
How many go from one purchase to the next within a week, a month, up to a year.

grain:  period, step, horizon_days
inputs: marts.ladder_survival, steps.ladder_waits
units:  horizon_days in open days; shares 0 to 1
terms:  step n leads from the n-th purchase to the next; returned_share is C(h) = 1 - S(h) (measures of the ladder), with
        95 in 100 between low and high; matured_share is its twin in plain words: of the matured_people, whose purchase
        is at least so many days old, those who came back in time
rules:  period all is the whole history, last_12m the purchases of the 365 days that end with the report's date,
        year_before those of the 365 before; returned_share is null where fewer than 20 are still waiting at the
        horizon, matured_share where fewer than 20 are old enough
*/
with horizons as (
    select horizon_days from (values (7), (30), (60), (90), (180), (365)) as given (horizon_days)
),

periods as (
    select distinct kind as period, step, people
    from marts.ladder_survival
    where kind in ('all', 'last_12m', 'year_before')
),

estimates as (
    select
        periods.period,
        periods.step,
        horizons.horizon_days,
        periods.people,
        coalesce(max(case when curve.days >= horizons.horizon_days then curve.at_risk end), 0) as at_risk,
        coalesce(max(case when curve.days <= horizons.horizon_days then curve.returned_share end), 0) as returned_share,
        max(case when curve.days <= horizons.horizon_days then curve.days end) as last_day
    from periods
    cross join horizons
    inner join marts.ladder_survival as curve on curve.kind = periods.period and curve.step = periods.step
    group by periods.period, periods.step, horizons.horizon_days, periods.people
),

aged as (
    select
        step,
        case
            when started_on > getvariable('as_of') - 365 then 'last_12m'
            when started_on > getvariable('as_of') - 730 then 'year_before'
            else 'before'
        end as period,
        count(*) filter (where age_days >= 7) as people_7,
        count(*) filter (where age_days >= 30) as people_30,
        count(*) filter (where age_days >= 60) as people_60,
        count(*) filter (where age_days >= 90) as people_90,
        count(*) filter (where age_days >= 180) as people_180,
        count(*) filter (where age_days >= 365) as people_365,
        count(*) filter (where age_days >= 7 and returned = 1 and waited_days <= 7) as returned_7,
        count(*) filter (where age_days >= 30 and returned = 1 and waited_days <= 30) as returned_30,
        count(*) filter (where age_days >= 60 and returned = 1 and waited_days <= 60) as returned_60,
        count(*) filter (where age_days >= 90 and returned = 1 and waited_days <= 90) as returned_90,
        count(*) filter (where age_days >= 180 and returned = 1 and waited_days <= 180) as returned_180,
        count(*) filter (where age_days >= 365 and returned = 1 and waited_days <= 365) as returned_365
    from steps.ladder_waits
    group by 1, 2
),

stacked as (
    select period, step, 7 as horizon_days, people_7 as people, returned_7 as returned from aged
    union all
    select period, step, 30, people_30, returned_30 from aged
    union all
    select period, step, 60, people_60, returned_60 from aged
    union all
    select period, step, 90, people_90, returned_90 from aged
    union all
    select period, step, 180, people_180, returned_180 from aged
    union all
    select period, step, 365, people_365, returned_365 from aged
),

matured as (
    select period, step, horizon_days, people, returned
    from stacked
    where period <> 'before'
    union all
    select 'all', step, horizon_days, cast(sum(people) as bigint), cast(sum(returned) as bigint)
    from stacked
    group by step, horizon_days
)

select
    estimates.period,
    estimates.step,
    estimates.horizon_days,
    estimates.people,
    estimates.at_risk,
    case when estimates.at_risk >= 20 then estimates.returned_share end as returned_share,
    case when estimates.at_risk >= 20 then bounds.low end as low,
    case when estimates.at_risk >= 20 then bounds.high end as high,
    case when estimates.at_risk >= 20 then coalesce(bounds.variance, 0) end as variance,
    coalesce(matured.people, 0) as matured_people,
    coalesce(matured.returned, 0) as matured_returned,
    case when matured.people >= 20 then matured.returned / cast(matured.people as double) end as matured_share
from estimates
left join marts.ladder_survival as bounds
    on bounds.kind = estimates.period and bounds.step = estimates.step and bounds.days = estimates.last_day
left join matured
    on matured.period = estimates.period and matured.step = estimates.step
    and matured.horizon_days = estimates.horizon_days
