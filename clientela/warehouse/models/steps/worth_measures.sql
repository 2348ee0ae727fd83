/*
The measures of what a customer is worth, stays, and leaves unspent elsewhere.

grain:  name
inputs: marts.customer_value, marts.value_groups, marts.value_curve, marts.fence, marts.lifetime, marts.recurring_share,
        marts.identification, marts.gains_and_losses, marts.win_back, marts.euros_at_risk, marts.wallet,
        marts.maturity, marts.answers, marts.category_totals, marts.purchase_rhythm
units:  as staging.measure_units says of the name: people, eur, share (0 to 1), days (open days), count, ratio
terms:  low and high are the ends of a 95 % interval where the number is an estimate; n is how many people, receipts or
        answers stand behind it; reason is why there is no number
rules:  an estimate over fewer than twenty is not available; no number is ever infinite
*/
with purchasers as (
    select
        count(*) as people,
        count(case when purchases = 1 then 1 end) as one_timers,
        sum(case when kind = 'b2b' and revenue_12m > 0 then 1 else 0 end) as companies,
        cast(sum(case when kind = 'b2b' and revenue_12m > 0 then revenue_12m end) as double) as company_revenue,
        sum(case when kind = 'b2b' and revenue_12m > 0 then pow(cast(revenue_12m as double), 2) end) as company_squares
    from marts.customer_value
),

present as (
    select cast(coalesce(sum(people), 0) as bigint) as people
    from marts.category_totals
    where category in ('buyer', 'customer', 'fan')
),

margins as (
    select
        count(margin_12m) as people,
        sum(case when margin_12m > 0 then 1 else 0 end) as places
    from marts.customer_value
),

best_margins as (
    select margin_12m, row_number() over (order by margin_12m desc, person_no) as place
    from marts.customer_value
    where margin_12m > 0
),

margin_shares as (
    select
        cast(sum(case when best_margins.place <= greatest(floor(margins.places / 5.0 + 0.5), 1) then margin_12m end)
        as double) / cast(sum(margin_12m) as double) as top_share
    from best_margins
    cross join margins
),

months as (
    select
        sum(revenue) as revenue,
        sum(recurring) as recurring,
        sum(existing) as existing,
        sum(margin) as margin,
        sum(existing_margin) as existing_margin
    from marts.recurring_share
    where month >= cast(date_trunc('month', getvariable('as_of')) - interval 11 month as date)
),

this_month as (
    select max(recurring_share) as recurring_share, max(existing_share) as existing_share
    from marts.recurring_share
    where month = cast(date_trunc('month', getvariable('as_of')) as date)
),

receipts as (
    select cast(coalesce(sum(receipts), 0) as bigint) as receipts, cast(sum(named_receipts) as bigint) as named
    from marts.identification
    where month >= cast(date_trunc('month', getvariable('as_of')) - interval 11 month as date)
),

flock as (
    select
        max(case when member = 'active' then people end) as active,
        max(case when member = 'active' then cast(expected_12m as double) end) as sales,
        max(case when member = 'active' then cast(expected_margin_12m as double) end) as margin,
        max(case when member = 'active' and expected_12m > 0 then 1.959964 * sqrt(variance) / expected_12m end) as spread
    from marts.fence
),

contacts as (
    select max(n) as people
    from marts.maturity
    where answer = 'contacts'
),

can_expect as (
    select max(reason) as reason
    from marts.maturity
    where answer = 'expected_12m'
),

gains as (
    select
        max(case when month_end = getvariable('as_of') then gained end) as gained,
        max(case when month_end = getvariable('as_of') then lost end) as lost,
        max(case when month_end = getvariable('as_of') then ratio end) as ratio,
        sum(case when month_end > getvariable('as_of') - 365 then gained end) as gained_12m,
        sum(case when month_end > getvariable('as_of') - 365 then lost end) as lost_12m,
        count(case when month_end > getvariable('as_of') - 365 then 1 end) as months
    from marts.gains_and_losses
),

risk as (
    select
        count(case when is_late then 1 end) as late,
        coalesce(sum(case when is_late then expected_12m end), 0) as late_eur,
        sum(case when is_late then expected_margin_12m end) as late_margin,
        count(case when is_late or is_silent_best then 1 end) as people,
        coalesce(sum(case when is_late or is_silent_best then expected_12m end), 0) as eur,
        sum(case when is_late or is_silent_best then expected_margin_12m end) as margin,
        count(case when is_among_ten then 1 end) as best,
        coalesce(sum(case when is_among_ten then expected_12m end), 0) as best_eur,
        sum(case when is_among_ten then expected_margin_12m end) as best_margin
    from marts.euros_at_risk
),

expected as (
    select expected_mean, people, total
    from marts.value_groups
    where dimension = 'all'
),

exclusive as (
    select
        count(*) as people,
        count(case when answers.exclusive = 'yes' then 1 end) as yes
    from marts.answers
    inner join marts.customer_value as bought on bought.person_no = answers.person_no
    where answers.exclusive in ('yes', 'no') and bought.category in ('buyer', 'customer', 'fan')
),

rhythm as (
    select count(*) as people, quantile_cont(rhythm.own_gap_days, 0.5) as gap_days
    from marts.purchase_rhythm as rhythm
    inner join marts.customer_value as bought on bought.person_no = rhythm.person_no
    where bought.category in ('customer', 'fan') and bought.purchases >= 3
),

value_names (dimension, member, name) as (
    values
    ('all', 'all', 'value'), ('repeat', 'repeat', 'value.repeat'), ('mature', 'mature', 'value.mature'),
    ('category', 'fan', 'value.fan')
),

valued as (
    select value_names.name, coalesce(groups.people, 0) as people, groups.mean, groups.low, groups.high, groups.median,
        groups.p90, cast(groups.total as double) as total, groups.life_mean, groups.life_low, groups.life_high
    from value_names
    left join marts.value_groups as groups
        on groups.dimension = value_names.dimension and groups.member = value_names.member
),

samples (name, hits, n, reason) as (
    select 'wallet.exclusive_share', exclusive.yes, exclusive.people,
        case when exclusive.people = 0 then 'no_survey' when exclusive.people < 20 then 'too_few' end
    from exclusive
    union all
    select 'win_back.' || cast(silent_from_days as varchar) || '_' || cast(silent_to_days as varchar) || '_days',
        came_back, people, case when people < 20 then 'too_few' end
    from marts.win_back
),

shares as (
    select name, n, reason, hits / cast(nullif(n, 0) as double) as share
    from samples
),

estimates (name, value, low, high, n, reason) as (
    select name, mean, low, high, people, case when people = 0 then 'no_sales' end
    from (select name || '.mean' as name, mean, low, high, people from valued) as means
    union all
    select name || '.median', median, null, null, people, case when people = 0 then 'no_sales' end from valued
    union all
    select name || '.p90', p90, null, null, people, case when people = 0 then 'no_sales' end from valued
    union all
    select name || '.total', total, null, null, people, case when people = 0 then 'no_sales' end from valued
    union all
    select 'value.life', valued.life_mean, valued.life_low, valued.life_high, valued.people, can_expect.reason
    from valued cross join can_expect
    where valued.name = 'value'
    union all
    select 'value.expected_12m', expected.expected_mean, null, null, purchasers.people, can_expect.reason
    from can_expect cross join purchasers left join expected on true
    union all
    select 'value.first_year', max(curve.value), max(curve.low), max(curve.high), coalesce(max(curve.people), 0),
        max(maturity.reason)
    from marts.maturity
    left join marts.value_curve as curve on curve.months = 12
    where maturity.answer = 'first_year'
    union all
    select 'purchases.first_year', max(curve.purchases), null, null, coalesce(max(curve.people), 0),
        max(maturity.reason)
    from marts.maturity
    left join marts.value_curve as curve on curve.months = 12
    where maturity.answer = 'first_year'
    union all
    select 'lifetime.median_days', median_days, median_low, median_high, people,
        coalesce(reason, case when median_days is null then 'not_reached' end)
    from marts.lifetime
    union all
    select 'lifetime.mean_days', mean_days, mean_low, mean_high, people, reason from marts.lifetime
    union all
    select 'lifetime.horizon_days', horizon_days, null, null, people, reason from marts.lifetime
    union all
    select 'lifetime.observed_days', observed_days, null, null, people,
        case when people = 0 then 'too_few' end
    from marts.lifetime
    union all
    select 'people.active', people, null, null, null, null from present
    union all
    select 'rhythm.gap_days', gap_days, null, null, people, case when people = 0 then 'too_few' end
    from rhythm
    union all
    select 'fence.' || member, people, null, null, null, null from marts.fence
    union all
    select 'fence.value_12m', sales, greatest(sales * (1 - spread), 0), sales * (1 + spread), active,
        can_expect.reason
    from flock cross join can_expect
    union all
    select 'fence.margin_12m', margin, greatest(margin * (1 - spread), 0), margin * (1 + spread), active,
        coalesce(can_expect.reason, case when margin is null then 'no_costs' end)
    from flock cross join can_expect
    union all
    select 'recurring_share.month', recurring_share, null, null, null,
        case when recurring_share is null then 'no_sales' end
    from this_month
    union all
    select 'existing_share.month', existing_share, null, null, null,
        case when existing_share is null then 'no_sales' end
    from this_month
    union all
    select 'recurring_share.12m', cast(recurring as double) / cast(revenue as double), null, null, null,
        case when revenue > 0 and recurring between 0 and revenue then null else 'no_sales' end
    from months
    union all
    select 'existing_share.12m', cast(existing as double) / cast(revenue as double), null, null, null,
        case when revenue > 0 and existing between 0 and revenue then null else 'no_sales' end
    from months
    union all
    select 'existing_margin_share.12m', cast(existing_margin as double) / cast(margin as double), null, null,
        null, case when margin > 0 and existing_margin between 0 and margin then null else 'no_costs' end
    from months
    union all
    select 'gains.gained', gained, null, null, null, case when gained is null then 'no_history' end from gains
    union all
    select 'gains.lost', lost, null, null, null, case when lost is null then 'no_history' end from gains
    union all
    select 'gains.ratio', ratio, null, null, lost,
        case when lost is null then 'no_history' when lost = 0 then 'nobody_left' end
    from gains
    union all
    select 'gains.ratio_12m', gained_12m / cast(nullif(lost_12m, 0) as double), null, null, lost_12m,
        case when months < 12 then 'no_history' when lost_12m = 0 then 'nobody_left' end
    from gains
    union all
    select 'at_risk.people', people, null, null, null, null from risk
    union all
    select 'at_risk.eur', risk.eur, null, null, risk.people, can_expect.reason from risk cross join can_expect
    union all
    select 'at_risk.margin', risk.margin, null, null, risk.people,
        coalesce(can_expect.reason, case when risk.margin is null then 'no_costs' end)
    from risk cross join can_expect
    union all
    select 'at_risk.late', late, null, null, null, null from risk
    union all
    select 'at_risk.late_eur', risk.late_eur, null, null, risk.late, can_expect.reason
    from risk cross join can_expect
    union all
    select 'at_risk.late_margin', risk.late_margin, null, null, risk.late,
        coalesce(can_expect.reason, case when risk.late_margin is null then 'no_costs' end)
    from risk cross join can_expect
    union all
    select 'at_risk.best_ten_eur', risk.best_eur, null, null, risk.best, can_expect.reason
    from risk cross join can_expect
    union all
    select 'at_risk.best_ten_margin', risk.best_margin, null, null, risk.best,
        coalesce(can_expect.reason, case when risk.best_margin is null then 'no_costs' end)
    from risk cross join can_expect
    union all
    select 'wallet.share', wallet.share, wallet.low, wallet.high, maturity.n, maturity.reason
    from marts.maturity left join marts.wallet on wallet.method = 'best'
    where maturity.answer = 'wallet'
    union all
    select 'wallet.rank_share', wallet.share, wallet.low, wallet.high, coalesce(wallet.answers, 0),
        case when coalesce(wallet.answers, 0) < 20 then coalesce(maturity.reason, 'too_few') end
    from marts.maturity left join marts.wallet on wallet.method = 'rank'
    where maturity.answer = 'wallet'
    union all
    select 'wallet.response_share', wallet.response_share, null, null, coalesce(wallet.population, 0),
        case when wallet.method is null then 'no_survey' end
    from marts.maturity left join marts.wallet on wallet.method = 'best'
    where maturity.answer = 'wallet'
    union all
    select 'wallet.elsewhere_a_year', wallet.elsewhere_a_year, wallet.elsewhere_low, wallet.elsewhere_high,
        maturity.n, maturity.reason
    from marts.maturity left join marts.wallet on wallet.method = 'best'
    where maturity.answer = 'wallet'
    union all
    select 'wallet.outside_12m', wallet.euros_outside, wallet.euros_low, wallet.euros_high, maturity.n,
        maturity.reason
    from marts.maturity left join marts.wallet on wallet.method = 'best'
    where maturity.answer = 'wallet'
    union all
    select 'concentration.margin_top_share', margin_shares.top_share, null, null, margins.places,
        case when margins.people = 0 then 'no_costs' when margins.places = 0 then 'no_sales' end
    from margins cross join margin_shares
    union all
    select 'concentration.hhi', company_squares / pow(company_revenue, 2), null, null, companies,
        case when coalesce(companies, 0) = 0 then 'no_companies' end
    from purchasers
    union all
    select 'maturity.level', n, null, null, null, null from marts.maturity where answer = 'level'
    union all
    select 'contact_capture', contacts.people / cast(nullif(purchasers.people, 0) as double), null, null,
        purchasers.people, case when purchasers.people = 0 then 'no_sales' end
    from contacts cross join purchasers
    union all
    select 'one_time_share', one_timers / cast(nullif(people, 0) as double), null, null, people,
        case when people = 0 then 'no_sales' end
    from purchasers
    union all
    select 'identification.receipts_share', named / cast(nullif(receipts, 0) as double), null, null, receipts,
        case when receipts = 0 then 'no_sales' end
    from receipts
    union all
    select 'value.margin.mean', groups.margin_mean, null, null, purchasers.people,
        case when groups.margin_mean is null then 'no_costs' end
    from purchasers left join marts.value_groups as groups on groups.dimension = 'all'
    union all
    select name, share, wilson_low(share, n), wilson_high(share, n), n, reason
    from shares
)

select
    name,
    case when reason is null then cast(value as double) end as value,
    case when reason is null then cast(low as double) end as low,
    case when reason is null then cast(high as double) end as high,
    cast(n as bigint) as n,
    reason is null and value is not null as available,
    case when reason is null and value is null then 'too_few' else reason end as reason
from estimates
