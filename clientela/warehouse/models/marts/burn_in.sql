/*
Until when a first sighting may be an old customer who only looks new.

grain:  one row
inputs: steps.gap_counts, steps.replayed_purchases, steps.first_day
units:  burn_in_days is the smallest gap that 90 of 100 gaps do not exceed, or the owner's setting
rules:  nobody is left out when the history is complete;
        burn_in_until is the last day on which a first purchase is left out
*/
with known as (
    select gap_days, gaps
    from steps.gap_counts
    where purchased_on <= getvariable('as_of')
    union all
    select gap_days, 1
    from steps.replayed_purchases
    where gap_days is not null
),

gaps as (
    select gap_days, sum(gaps) as gaps
    from known
    where getvariable('burn_in_days') is null and not getvariable('history_complete')
    group by gap_days
),

running as (
    select
        gap_days,
        sum(gaps) over (order by gap_days) as gaps_to_here,
        sum(gaps) over () as all_gaps
    from gaps
),

measured as (
    select min(gap_days) as gap_days
    from running
    where gaps_to_here >= 0.9 * all_gaps
),

started as (
    select coalesce(getvariable('history_start'), first_day) as history_start
    from steps.first_day
)

select
    started.history_start,
    case
        when getvariable('history_complete') then 0
        else coalesce(getvariable('burn_in_days'), measured.gap_days, 0)
    end as burn_in_days,
    case
        when getvariable('history_complete') then started.history_start - 1
        else started.history_start + cast(coalesce(getvariable('burn_in_days'), measured.gap_days, 0) as integer) - 1
    end as burn_in_until
from started
cross join measured
