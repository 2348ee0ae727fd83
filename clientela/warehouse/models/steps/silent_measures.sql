/*
The measures of silent best customers, next purchases, near fans, connectors, and the month's balance.

grain:  name
inputs: marts.silent_best, marts.silent_backtest, marts.next_purchase, marts.near_fans, marts.connectors,
        marts.movement_steps, marts.restated_months, marts.customers, marts.voices
units:  as staging.measure_units says of the name: people, eur, share (0 to 1), count
terms:  low and high are the ends of Wilson's 95 % interval (1927) of a share; n is how many cases stand behind it;
        reason is a code of why there is no number
rules:  a share of fewer than twenty is not available; the expected next purchases are those whose middle date lies in
        the days after the report's date
*/
with silent as (
    select
        count(*) as people,
        cast(coalesce(sum(at_risk), 0) as double) as at_risk,
        coalesce(sum(expected_12m), 0) as expected,
        count(case when is_late then 1 end) as late,
        count(case when is_slower then 1 end) as slower,
        count(case when is_smaller then 1 end) as smaller,
        count(case when is_narrower then 1 end) as narrower
    from marts.silent_best
),

trials as (
    select
        count(*) as months,
        coalesce(sum(alarms), 0) as alarms,
        coalesce(sum(lost_of_alarms), 0) as hits,
        coalesce(sum(lost_best), 0) as lost,
        coalesce(sum(misses), 0) as misses
    from marts.silent_backtest
),

complained as (
    select distinct person_no
    from marts.voices
    where voice = 'complaint'
),

gone as (
    select
        count(*) as lost,
        count(case when complained.person_no is null then 1 end) as quiet,
        exists (select 1 from complained) as has_complaints
    from marts.customers
    left join complained on complained.person_no = customers.person_no
    where customers.category = 'lost'
),

shares (name, hits, n, reason) as (
    select 'silent_best.precision', hits, alarms, case when months = 0 then 'no_history' else 'too_few' end from trials
    union all
    select 'silent_best.recall', lost - misses, lost, case when months = 0 then 'no_history' else 'too_few' end
    from trials
    union all
    select 'lost.never_complained', quiet, case when has_complaints then lost else 0 end,
        case when has_complaints then 'too_few' else 'no_interactions' end
    from gone
),

rates as (
    select name, hits / nullif(cast(n as double), 0) as value, n, reason
    from shares
),

ranges as (
    select
        name,
        value,
        wilson_low(value, n) as low,
        wilson_high(value, n) as high,
        n,
        reason
    from rates
),

next as (
    select
        count(case when expected_on <= getvariable('as_of') + 7 then 1 end) as week,
        count(case when expected_on <= getvariable('as_of') + 30 then 1 end) as month
    from marts.next_purchase
    where expected_on > getvariable('as_of')
),

near as (
    select count(*) as people, cast(coalesce(sum(revenue_12m), 0) as double) as revenue_12m,
        count(case when missing_kind = 'gate' then 1 end) as gates
    from marts.near_fans
),

links as (
    select
        count(*) as people,
        cast(coalesce(sum(brought_revenue), 0) as double) as brought,
        cast(coalesce(sum(second_revenue), 0) as double) as second
    from marts.connectors
),

restated as (
    select count(distinct as_of) as months
    from marts.restated_months
    where version > 1
)

select 'silent_best.people' as name, cast(people as double) as value, cast(null as double) as low,
    cast(null as double) as high, cast(people as bigint) as n, true as available, cast(null as varchar) as reason
from silent
union all
select 'silent_best.at_risk', at_risk, null, null, people, true, null from silent
union all
select 'silent_best.expected_12m', expected, null, null, people, true, null from silent
union all
select 'silent_best.late', late, null, null, people, true, null from silent
union all
select 'silent_best.slower', slower, null, null, people, true, null from silent
union all
select 'silent_best.smaller', smaller, null, null, people, true, null from silent
union all
select 'silent_best.narrower', narrower, null, null, people, true, null from silent
union all
select 'silent_best.misses', misses, null, null, lost, months > 0,
    case when months = 0 then 'no_history' end
from trials
union all
select
    name,
    case when n >= 20 then value end,
    case when n >= 20 then low end,
    case when n >= 20 then high end,
    cast(n as bigint),
    n >= 20,
    case when n < 20 then reason end
from ranges
union all
select 'next_purchase.in_7_days', week, null, null, week, true, null from next
union all
select 'next_purchase.in_30_days', month, null, null, month, true, null from next
union all
select 'near_fans.people', people, null, null, people, true, null from near
union all
select 'near_fans.revenue_12m', revenue_12m, null, null, people, true, null from near
union all
select 'near_fans.gate_missing', gates, null, null, people, true, null from near
union all
select 'connectors.people', people, null, null, people, true, null from links
union all
select 'connectors.brought_12m', brought, null, null, people, true, null from links
union all
select 'connectors.second_12m', second, null, null, people, true, null from links
union all
select 'steps.' || step, people, null, null, null, true, null from marts.movement_steps
union all
select 'steps.' || step || '.eur', cast(revenue_12m as double), null, null, abs(people), true, null
from marts.movement_steps
union all
select 'restated_months', months, null, null, months, true, null from restated
