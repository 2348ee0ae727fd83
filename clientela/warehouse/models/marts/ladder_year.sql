/*
More new people, or more who come back: the last twelve months against the twelve before.

grain:  one row
inputs: steps.ladder_people, marts.purchase_ladder, marts.activity, marts.burn_in
units:  shares 0 to 1; new_change is 0.1 for a tenth more new people
terms:  once_people have bought exactly once so far, of all payers; within_90d is the share of new people with a second
        purchase within 90 days (marts.purchase_ladder); is_imbalanced says that new people are up by a tenth or more
        while their return has not risen by a hundredth
rules:  new_before is null where the history, its burn-in left out, does not cover both years
*/
with new_people as (
    select
        count(*) filter (where on_1 > getvariable('as_of') - 365) as new_12m,
        count(*) filter (where on_1 > getvariable('as_of') - 730 and on_1 <= getvariable('as_of') - 365) as new_before
    from steps.ladder_people
),

payers as (
    select count(*) as payers, count(*) filter (where purchases = 1) as once_people
    from marts.activity
    where purchases > 0
),

returns as (
    select
        max(case when period = 'last_12m' then returned_share end) as within_90d,
        max(case when period = 'last_12m' then (1 - returned_share) * (1 - returned_share) * variance end) as spread,
        max(case when period = 'year_before' then returned_share end) as within_90d_before,
        max(case when period = 'year_before' then (1 - returned_share) * (1 - returned_share) * variance end)
            as spread_before
    from marts.purchase_ladder
    where step = 1 and horizon_days = 90
),

compared as (
    select
        payers.payers,
        payers.once_people,
        new_people.new_12m,
        case when burn_in.burn_in_until < getvariable('as_of') - 729 then new_people.new_before end as new_before,
        returns.within_90d,
        returns.within_90d_before,
        returns.within_90d - returns.within_90d_before as within_90d_change,
        1.959964 * sqrt(returns.spread + returns.spread_before) as margin
    from new_people
    cross join payers
    cross join returns
    cross join marts.burn_in
)

select
    payers,
    once_people,
    new_12m,
    new_before,
    case when new_before >= 20 then new_12m / cast(new_before as double) - 1 end as new_change,
    within_90d,
    within_90d_before,
    within_90d_change,
    within_90d_change - margin as within_90d_change_low,
    within_90d_change + margin as within_90d_change_high,
    coalesce(new_before >= 20 and new_12m >= 1.1 * new_before and within_90d_change < 0.01, false) as is_imbalanced
from compared
