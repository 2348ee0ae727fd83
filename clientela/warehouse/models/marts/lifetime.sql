/*
How long a customer stays, in one row: the median, and the mean up to the longest reliable horizon.

grain:  one row
inputs: steps.lifetime_curve, marts.customer_value, marts.burn_in
units:  open days; people
terms:  horizon_days is the last day at which twenty people are still watched; median_days is the first day on which half
        have left, null where half never have within the horizon; mean_days is the area under the curve up to the
        horizon (restricted mean), with Greenwood's variance; observed_days is the plain mean of last less first
        purchase, which the lives still running make too short
rules:  one-time purchasers are counted apart (one_timers); everything is null under a year of history, thirty people
        with two purchases or ten who have left (reason too_short or too_few); available_on is when the year is over
*/
with sizes as (
    select
        sum(case when is_new and purchases >= 2 then 1 else 0 end) as people,
        sum(case when is_new and purchases = 1 then 1 else 0 end) as one_timers,
        avg(case when is_new and purchases >= 2 then last_open_day - first_open_day end) as observed_days
    from marts.customer_value
),

endings as (
    select
        coalesce(sum(ended), 0) as ended,
        max(case when at_risk >= 20 then days end) as horizon_days
    from steps.lifetime_curve
),

judged as (
    select
        coalesce(sizes.people, 0) as people,
        coalesce(sizes.one_timers, 0) as one_timers,
        sizes.observed_days,
        endings.ended,
        endings.horizon_days,
        burn_in.history_start + 365 as available_on,
        case
            when burn_in.history_start is null or getvariable('as_of') < burn_in.history_start + 365 then 'too_short'
            when coalesce(sizes.people, 0) < 30 or endings.ended < 10 then 'too_few'
        end as reason
    from sizes
    cross join endings
    cross join marts.burn_in
),

steps as (
    select
        curve.days,
        curve.ended,
        curve.at_risk,
        curve.staying_share,
        curve.low,
        curve.high,
        judged.horizon_days,
        lead(curve.days) over (order by curve.days) as next_days
    from steps.lifetime_curve as curve
    cross join judged
    where curve.days <= judged.horizon_days and judged.reason is null
),

areas as (
    select
        days,
        ended,
        at_risk,
        staying_share,
        low,
        high,
        staying_share * (coalesce(next_days, horizon_days) - days) as area,
        sum(staying_share * (coalesce(next_days, horizon_days) - days)) over (
            order by days desc
        ) as area_after
    from steps
),

summed as (
    select
        -- Nobody leaves before the first day of the curve: up to there S is 1.
        min(days) + sum(area) as mean_days,
        sqrt(sum(
            case
                when ended < at_risk then pow(area_after, 2) * ended / (cast(at_risk as double) * (at_risk - ended))
                else 0
            end
        )) as mean_error,
        min(case when round(staying_share, 9) <= 0.5 then days end) as median_days,
        min(case when round(coalesce(low, staying_share), 9) <= 0.5 then days end) as median_low,
        min(case when round(coalesce(high, staying_share), 9) <= 0.5 then days end) as median_high,
        min(staying_share) as staying_share
    from areas
)

select
    judged.people,
    judged.one_timers,
    cast(judged.ended as bigint) as ended,
    judged.observed_days,
    judged.reason is null as available,
    judged.reason,
    judged.available_on,
    case when judged.reason is null then judged.horizon_days end as horizon_days,
    summed.median_days,
    summed.median_low,
    summed.median_high,
    summed.mean_days,
    greatest(summed.mean_days - 1.959964 * summed.mean_error, 0) as mean_low,
    least(summed.mean_days + 1.959964 * summed.mean_error, judged.horizon_days) as mean_high,
    summed.staying_share
from judged
cross join summed
