/*
The measures of how customers are cared for: followed up, ignored, lost and won back, asked, served, at which price.

grain:  name
inputs: marts.care_shares, marts.losses_register, marts.customers, marts.touches, marts.recent_purchases,
        marts.bad_word_watch, marts.unused_money, marts.yield_league, marts.attention, marts.margins,
        marts.customer_value, marts.value_curve, marts.burn_in, raw.surveys, raw.interactions
units:  as staging.measure_units says of the name: people, eur, share (0 to 1), count, ratio
terms:  low and high are the ends of a 95 % interval where the number is an estimate; n is how many people, purchases or
        messages stand behind it; reason is a code of why there is no number
rules:  months beyond the first twelve ask for twenty-four of data and twenty people seen through them, and lose ten in a
        hundred a year; the Gini of attention is taken over the people of marts.concentration; contacts a month are over
        the months since the first contact on file, twelve at most
*/
with has as (
    select
        exists (select 1 from marts.touches) as touchpoints,
        exists (select 1 from raw.surveys where cast(ts as date) <= getvariable('as_of'))
        or exists (select 1 from raw.interactions where cast(ts as date) <= getvariable('as_of')) as voices
),

reasons (reason) as (
    values
    ('own_error'), ('neglect'), ('competitor'), ('price'), ('bad_relationship'), ('moved'), ('closed'), ('finished'),
    ('deceased'), ('unknown')
),

losses as (
    select reason, is_recoverable, customer_id, value_lost, came_back_on
    from marts.losses_register
),

sent as (
    select
        count(case when contacts > 0 then 1 end) as days,
        sum(case when touched_on > getvariable('as_of') - 365 then messages else 0 end) as messages,
        sum(case when touched_on > getvariable('as_of') - 365 then unsubscribed else 0 end) as unsubscribed,
        sum(case when touched_on > getvariable('as_of') - 90 then messages else 0 end) as messages_90,
        sum(case when touched_on > getvariable('as_of') - 90 then unsubscribed else 0 end) as unsubscribed_90,
        coalesce(sum(unsubscribed), 0) as ever_unsubscribed,
        least(getvariable('as_of') - min(case when contacts > 0 then touched_on end) + 1, 365) * 12 / 365.0 as months
    from marts.touches
),

contacted as (
    select person_no, sum(contacts) as contacts
    from marts.touches
    where touched_on > getvariable('as_of') - 365
    group by person_no
),

active as (
    select
        count(*) as people,
        coalesce(sum(contacted.contacts), 0) as contacts,
        count(case when customers.first_purchase_on <= getvariable('as_of') - 365 then 1 end) as mature,
        sum(
            case when customers.first_purchase_on <= getvariable('as_of') - 365 then coalesce(recent.purchases_12m, 0) end
        ) as mature_purchases,
        coalesce(sum(recent.purchases_12m), 0) as purchases,
        cast(sum(case when recent.purchases_12m > 0 then customers.revenue_12m end) as double) as revenue
    from marts.customers
    left join contacted on contacted.person_no = customers.person_no
    left join marts.recent_purchases as recent on recent.person_no = customers.person_no
    where customers.category in ('buyer', 'customer', 'fan')
),

rates (name, hits, n) as (
    select 'contacts.unsubscribed_per_1000', unsubscribed, messages from sent
    union all
    select 'contacts.unsubscribed_per_1000_90_days', unsubscribed_90, messages_90 from sent
),

saturation as (
    select
        rates.name,
        coalesce(rates.n, 0) as n,
        sent.ever_unsubscribed,
        1000 * rates.hits / cast(nullif(rates.n, 0) as double) as value,
        1000 * wilson_low(rates.hits / cast(nullif(rates.n, 0) as double), rates.n) as low,
        1000 * wilson_high(rates.hits / cast(nullif(rates.n, 0) as double), rates.n) as high
    from rates
    cross join sent
),

watch as (
    select count(*) as people, cast(coalesce(sum(revenue_12m), 0) as double) as revenue
    from marts.bad_word_watch
),

league as (
    select
        count(*) as people,
        avg(yield_12m) as mean,
        avg(case when decile = 'top' then yield_12m end) as top,
        avg(case when decile = 'bottom' then yield_12m end) as bottom
    from marts.yield_league
),

minutes as (
    select
        coalesce(attention.minutes_12m, 0) as minutes,
        row_number() over (order by coalesce(attention.minutes_12m, 0), customers.person_no) as place
    from marts.customers
    left join marts.attention on attention.person_no = customers.person_no
    where customers.revenue_12m > 0
),

attention as (
    select
        count(*) as people,
        coalesce(sum(minutes), 0) as minutes,
        2 * sum(place * minutes) / nullif(count(*) * sum(minutes), 0)
        - (count(*) + 1) / cast(nullif(count(*), 0) as double) as gini
    from minutes
),

declared as (
    select
        cast(coalesce(sum(case when margins.goods_12m > 0 then margins.goods_12m end), 0) as double) as goods,
        cast(coalesce(sum(case when margins.declared_12m > 0 then margins.declared_12m end), 0) as double) as declared,
        count(distinct margins.person_no) as people
    from marts.margins
    inner join marts.customer_value as bought on bought.person_no = margins.person_no
    where margins.goods_12m > 0
),

years as (
    select
        max(case when curve.months = 12 then curve.value end) as first_year,
        max(case when curve.months = 24 then curve.value end)
        - max(case when curve.months = 12 then curve.value end) as second_year,
        coalesce(max(case when curve.months = 24 then curve.people end), 0) as people,
        case
            when burn_in.history_start is null
                or burn_in.history_start
                > cast(getvariable('as_of') + 1 - interval 24 month as date)
                then 'not_enough_history'
            when coalesce(max(case when curve.months = 24 then curve.people end), 0) < 20 then 'too_few'
            when max(case when curve.months = 12 then curve.value end) <= 0 then 'no_sales'
        end as reason
    from marts.burn_in
    left join marts.value_curve as curve on curve.months in (12, 24)
    group by burn_in.history_start
),

told (name, value, low, high, n, reason) as (
    select name, value, low, high, n, reason from marts.care_shares
    union all
    select 'losses.people', count(*), null, null, count(*), null from losses
    union all
    select 'losses.eur', cast(coalesce(sum(value_lost), 0) as double), null, null, count(*), null from losses
    union all
    select 'losses.recoverable_eur', cast(coalesce(sum(value_lost), 0) as double), null, null, count(*), null
    from losses
    where is_recoverable and came_back_on is null
    union all
    select
        'losses.reason.' || reasons.reason, count(losses.customer_id), null, null,
        count(losses.customer_id), null
    from reasons
    left join losses on losses.reason = reasons.reason
    group by reasons.reason
    union all
    select 'contacts.per_month', active.contacts / sent.months / nullif(active.people, 0), null, null,
        active.people, case when not has.touchpoints or sent.days = 0 then 'no_touchpoints' end
    from active cross join sent cross join has
    union all
    select 'contacts.purchases_a_year', mature_purchases / cast(nullif(mature, 0) as double), null, null, mature,
        null
    from active
    union all
    select 'contacts.purchase_mean', revenue / nullif(purchases, 0), null, null, purchases,
        case when purchases = 0 then 'no_sales' end
    from active
    union all
    select saturation.name, saturation.value, saturation.low,
        saturation.high, saturation.n,
        case
            when not has.touchpoints then 'no_touchpoints'
            when saturation.ever_unsubscribed = 0 then 'no_unsubscribes'
            when saturation.n < 20 then 'too_few'
        end
    from saturation cross join has
    union all
    select 'bad_word.people', watch.people, null, null, watch.people,
        case when not has.voices and watch.people = 0 then 'no_voices' end
    from watch cross join has
    union all
    select 'bad_word.revenue_12m', watch.revenue, null, null, watch.people,
        case when not has.voices and watch.people = 0 then 'no_voices' end
    from watch cross join has
    union all
    select 'unused.' || category || '.people', people, null, null, people, reason from marts.unused_money
    union all
    select 'unused.' || category || '.expected_12m', expected_12m, low, high, n, money_reason
    from marts.unused_money
    union all
    select 'yield.mean', mean, null, null, people, case when people = 0 then 'no_sales' end from league
    union all
    select 'yield.top_decile_mean', top, null, null, people, case when people < 20 then 'too_few' end from league
    union all
    select 'yield.bottom_decile_mean', bottom, null, null, people, case when people < 20 then 'too_few' end
    from league
    union all
    select 'attention.gini', gini, null, null, people,
        case when people = 0 then 'no_sales' when minutes = 0 then 'no_minutes' end
    from attention
    union all
    select 'value.margin_declared_share', declared / nullif(goods, 0), null, null, people,
        case when goods = 0 then 'no_costs' end
    from declared
    union all
    select 'value.year_two_ratio', second_year / nullif(first_year, 0), null, null, people, reason from years
    union all
    select 'value.months_13_24', second_year / 1.1, null, null, people, reason from years
)

select
    name,
    case when reason is null then cast(value as double) end as value,
    case when reason is null then cast(low as double) end as low,
    case when reason is null then cast(high as double) end as high,
    cast(n as bigint) as n,
    reason is null and value is not null as available,
    case when reason is null and value is null then 'too_few' else reason end as reason
from told
