/*
Every number of the purchase ladder under its stable name.

grain:  name
inputs: marts.purchase_ladder, marts.days_to_next, marts.ladder_leak, marts.ladder_year, marts.ladder_curve,
        marts.ladder_groups, marts.channel_conversion, marts.in_window, marts.coupons_due, raw.coupons
units:  as staging.measure_units says of the name: share (0 to 1; of a difference -1 to 1), days, people, eur, count; low
        and high in the same unit, 95 in 100
terms:  step n leads from the n-th purchase to the next; n is how many people stand behind the number; reason is a code,
        also where the number is there but not the shop's own (trade_default)
rules:  the fixed names are always there, with a reason where the number is not; cohorts, channels and causes only where
        the shop has them
*/
with steps as (
    select step from (values (1), (2), (3), (4)) as given (step)
),

horizons as (
    select horizon_days from (values (7), (30), (60), (90), (180), (365)) as given (horizon_days)
),

periods as (
    select period, place from (values ('all', ''), ('last_12m', 'last_12m.'), ('year_before', 'year_before.'))
        as given (period, place)
),

ladder as (
    select
        'ladder.' || periods.place || 'step' || steps.step as stem,
        horizons.horizon_days,
        found.*
    from steps
    cross join horizons
    cross join periods
    left join marts.purchase_ladder as found
        on found.step = steps.step and found.horizon_days = horizons.horizon_days and found.period = periods.period
    where periods.period = 'all' or horizons.horizon_days = 90
),

parts as (
    select
        stem || '.matured_' || horizon_days || 'd' as name,
        matured_people as n,
        matured_returned / cast(matured_people as double) as share
    from ladder
    where matured_people >= 20
    union all
    select 'ladder.once_share', payers, once_people / cast(payers as double)
    from marts.ladder_year
    where payers >= 20
),

bounds as (
    select
        name,
        wilson_low(share, n) as low,
        wilson_high(share, n) as high
    from parts
),

quarter as (
    select
        series,
        max(people) as people,
        max(case when days >= given.horizon_days then at_risk end) as at_risk,
        given.horizon_days,
        max(case when days <= given.horizon_days then returned_share end) as returned_share,
        max(case when days <= given.horizon_days then low end) as low,
        max(case when days <= given.horizon_days then high end) as high
    from marts.ladder_curve
    cross join (values (7), (30)) as given (horizon_days)
    group by series, given.horizon_days
),

quarters as (
    select
        'ladder.' || named.place || '.within_' || named.horizon_days || 'd' as name,
        case when quarter.at_risk >= 20 then coalesce(quarter.returned_share, 0) end as returned_share,
        case when quarter.at_risk >= 20 then quarter.low end as low,
        case when quarter.at_risk >= 20 then quarter.high end as high,
        quarter.people
    from (
        values ('now', 'quarter', 7), ('now', 'quarter', 30), ('year_ago', 'quarter_year_ago', 7),
            ('year_ago', 'quarter_year_ago', 30)
    ) as named (series, place, horizon_days)
    left join quarter on quarter.series = named.series and quarter.horizon_days = named.horizon_days
),

facts as (
    select
        (select count(*) from raw.coupons) as coupons,
        (select count(*) from marts.in_window) as in_window,
        (select count(*) from marts.in_window where days_left <= 7) as ending,
        (select coalesce(sum(revenue_12m), 0) from marts.in_window where days_left <= 7) as ending_revenue,
        (select count(*) from marts.coupons_due) as coupons_due,
        (select count(distinct customer_id) from marts.coupons_due) as coupon_people
),

newcomers as (
    select coalesce(max(people), 0) as people
    from marts.ladder_leak
    where step = 1
),

coupon as (
    select
        max(case when member = 'with' then returned_share end) as with_share,
        max(case when member = 'with' then low end) as with_low,
        max(case when member = 'with' then high end) as with_high,
        max(case when member = 'with' then people end) as with_people,
        max(case when member = 'without' then returned_share end) as without_share,
        max(case when member = 'without' then low end) as without_low,
        max(case when member = 'without' then high end) as without_high,
        max(case when member = 'without' then people end) as without_people,
        max(case when member = 'with' then difference end) as difference,
        max(case when member = 'with' then difference_low end) as difference_low,
        max(case when member = 'with' then difference_high end) as difference_high,
        max(case when member = 'with' then p end) as p
    from marts.ladder_groups
    where kind = 'coupon'
),

fourth as (
    select
        max(case when step = 4 then returned_share end) - max(case when step = 1 then returned_share end) as difference,
        1.959964 * sqrt(
            max(case when step = 4 then (1 - returned_share) * (1 - returned_share) * variance end)
            + max(case when step = 1 then (1 - returned_share) * (1 - returned_share) * variance end)
        ) as margin,
        max(case when step = 4 then people end) as people
    from marts.purchase_ladder
    where period = 'all' and horizon_days = 90 and step in (1, 4)
),

told as (
    select
        stem || '.within_' || horizon_days || 'd' as name,
        returned_share as value,
        low,
        high,
        coalesce(ladder.people, 0) as n,
        case
            when returned_share is null and coalesce(ladder.people, 0) = 0 and ladder_year.payers > 0
                then case when newcomers.people = 0 then 'burn_in' else 'few_at_risk' end
            when returned_share is null and coalesce(ladder.people, 0) = 0 then 'no_people'
            when returned_share is null then 'few_at_risk'
        end as reason
    from ladder
    cross join marts.ladder_year
    cross join newcomers
    union all
    select
        ladder.stem || '.matured_' || ladder.horizon_days || 'd', ladder.matured_share, bounds.low, bounds.high,
        coalesce(ladder.matured_people, 0), case when ladder.matured_share is null then 'too_few' end
    from ladder
    left join bounds on bounds.name = ladder.stem || '.matured_' || ladder.horizon_days || 'd'
    union all
    select
        'ladder.step' || steps.step || '.median_days', found.median_days, null, null, coalesce(found.people, 0),
        case
            when found.median_days is not null then null
            when found.observed_until is null then 'too_few'
            else 'not_reached'
        end
    from steps
    left join marts.days_to_next as found on found.step = steps.step
    union all
    select
        'ladder.step' || steps.step || '.typical_days', found.typical_days, null, null,
        coalesce(found.returned, 0), case when found.typical_days is null then 'few_returns' end
    from steps
    left join marts.days_to_next as found on found.step = steps.step
    union all
    select
        'ladder.step' || steps.step || '.window_25', found.window_25, null, null, coalesce(found.returned, 0),
        case when found.window_25 is null then 'few_returns' end
    from steps
    left join marts.days_to_next as found on found.step = steps.step
    union all
    select
        'ladder.step' || steps.step || '.window_50', found.window_50, null, null, coalesce(found.returned, 0),
        case when found.window_50 is null then 'few_returns' end
    from steps
    left join marts.days_to_next as found on found.step = steps.step
    union all
    select
        'ladder.step' || steps.step || '.window_90', coalesce(found.window_90, getvariable('trade_days')), null,
        null, coalesce(found.returned, 0), case when coalesce(found.window_source, 'trade') = 'trade' then 'trade_default' end
    from steps
    left join marts.days_to_next as found on found.step = steps.step
    union all
    select 'ladder.step' || step || '.people', people, null, null, people, null
    from marts.ladder_leak
    union all
    select 'ladder.step' || step || '.lost', lost, null, null, people, null
    from marts.ladder_leak
    union all
    select 'ladder.step' || step || '.lost_12m', lost_12m, null, null, people, null
    from marts.ladder_leak
    union all
    select
        'ladder.step' || step || '.value_12m', cast(value_12m as double), null, null, observed,
        case when value_12m is null then 'too_few' end
    from marts.ladder_leak
    union all
    select
        'ladder.step' || step || '.leak_12m', cast(leak_12m as double), null, null, lost_12m,
        case when leak_12m is null then 'too_few' end
    from marts.ladder_leak
    union all
    select 'ladder.payers', payers, null, null, payers, null
    from marts.ladder_year
    union all
    select 'ladder.once_people', once_people, null, null, payers, null
    from marts.ladder_year
    union all
    select
        'ladder.once_share', case when payers >= 20 then once_people / cast(payers as double) end, bounds.low,
        bounds.high, payers, case when payers = 0 then 'no_people' when payers < 20 then 'too_few' end
    from marts.ladder_year
    left join bounds on bounds.name = 'ladder.once_share'
    union all
    select 'ladder.new_12m', new_12m, null, null, new_12m, null
    from marts.ladder_year
    union all
    select
        'ladder.new_before', new_before, null, null, new_before,
        case when new_before is null then 'no_history' end
    from marts.ladder_year
    union all
    select
        'ladder.new_change', new_change, null, null, new_before,
        case when new_before is null then 'no_history' when new_change is null then 'too_few' end
    from marts.ladder_year
    union all
    select
        'ladder.within_90d_change', within_90d_change, within_90d_change_low, within_90d_change_high, new_12m,
        case when within_90d_change is null then 'few_at_risk' end
    from marts.ladder_year
    union all
    select 'ladder.is_imbalanced', case when is_imbalanced then 1 else 0 end, null, null, new_12m, null
    from marts.ladder_year
    union all
    select name, returned_share, low, high, coalesce(people, 0),
        case when returned_share is null then 'few_at_risk' end
    from quarters
    union all
    select
        'ladder.coupon.with.within_90d', with_share, with_low, with_high, coalesce(with_people, 0),
        case when facts.coupons = 0 then 'no_coupons' when with_share is null then 'few_at_risk' end
    from coupon
    cross join facts
    union all
    select
        'ladder.coupon.without.within_90d', without_share, without_low, without_high,
        coalesce(without_people, 0),
        case when facts.coupons = 0 then 'no_coupons' when without_share is null then 'few_at_risk' end
    from coupon
    cross join facts
    union all
    select
        'ladder.coupon.difference_90d', difference, difference_low, difference_high,
        coalesce(with_people, 0) + coalesce(without_people, 0),
        case when facts.coupons = 0 then 'no_coupons' when difference is null then 'few_at_risk' end
    from coupon
    cross join facts
    union all
    select
        'ladder.coupon.log_rank_p', p, null, null, coalesce(with_people, 0) + coalesce(without_people, 0),
        case when facts.coupons = 0 then 'no_coupons' when p is null then 'too_few' end
    from coupon
    cross join facts
    union all
    select
        'ladder.fourth_against_first.difference_90d', difference, difference - margin, difference + margin,
        coalesce(people, 0), case when difference is null then 'few_at_risk' end
    from fourth
    union all
    select 'ladder.in_window.people', in_window, null, null, in_window, null
    from facts
    union all
    select 'ladder.in_window.step' || steps.step, count(waiting.customer_id), null, null,
        count(waiting.customer_id), null
    from steps
    left join marts.in_window as waiting on waiting.step = steps.step
    group by steps.step
    union all
    select 'ladder.in_window.ending_7d', ending, null, null, in_window, null
    from facts
    union all
    select 'ladder.in_window.ending_7d.revenue_12m', cast(ending_revenue as double), null, null, ending, null
    from facts
    union all
    select
        'ladder.coupons_due_7d.people', case when coupons > 0 then coupon_people end, null, null, coupon_people,
        case when coupons = 0 then 'no_coupons' end
    from facts
    union all
    select 'ladder.quarter.new', coalesce(max(people), 0), null, null, coalesce(max(people), 0), null
    from quarters
    where name = 'ladder.quarter.within_30d'
    union all
    select
        'ladder.coupons_due_7d', case when coupons > 0 then coupons_due end, null, null, coupons_due,
        case when coupons = 0 then 'no_coupons' end
    from facts
    union all
    select
        'ladder.' || kind || '.' || regexp_replace(lower(trim(member)), '[^0-9a-z]+', '_', 'g') || '.within_90d',
        max(returned_share), max(low), max(high), max(people),
        case when max(returned_share) is null then 'few_at_risk' end
    from marts.ladder_groups
    where kind <> 'coupon'
    group by 1
    union all
    select
        'ladder.conversion.' || regexp_replace(channel, '[^0-9a-z]+', '_', 'g') || '.' || stage, max(share),
        max(low), max(high), max(reached), case when max(share) is null then max(reason) end
    from marts.channel_conversion
    group by 1
)

select
    name,
    cast(value as double) as value,
    cast(low as double) as low,
    cast(high as double) as high,
    cast(coalesce(n, 0) as bigint) as n,
    value is not null as available,
    reason
from told
order by name
