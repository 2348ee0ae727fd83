/*
Every measure of the shop under its stable name.

grain:  name
inputs: staging.measure_units, marts.category_totals, marts.report_date, marts.category_figures, marts.concentration,
        marts.referral_growth, marts.referral_generations, marts.referred_against_others, marts.recommendations, steps.worth_measures,
        steps.silent_measures, marts.ladder_measures, marts.card_measures, steps.care_measures
units:  as the unit column says: people, eur, share (0 to 1), days, count, ratio, points (-100 to 100); it is that of
        the measure's definition, of the first pattern that fits where the name depends on the shop
terms:  low and high are the ends of a 95 % interval where the number is an estimate; n is how many people, receipts or
        answers stand behind it; reason is a code of why there is no number
*/
with origins (origin) as (
    values ('referred'), ('others')
),

figures as (
    select
        *,
        -- What part of n people did something; its interval is that of Wilson (1927).
        figure in (
            'first_purchase_rate', 'won_back_share', 'conversion', 'second_within_30d', 'second_within_90d',
            'second_within_window', 'third_after_second', 'fourth_after_third'
        ) and n > 0 as is_rate
    from marts.category_figures
),

growth as (
    select max(k) as k, max(standard_error) as standard_error, max(multiplier) as multiplier,
        coalesce(max(people), 0) as people
    from marts.referral_growth
),

friends as (
    select sum(revenue_12m) as revenue_12m, sum(net_12m) as net_12m, coalesce(sum(friends), 0) as friends
    from marts.referral_generations
),

latest as (
    select max(month) as month
    from marts.recommendations
),

answers as (
    select max(months.nps) as nps, max(months.low) as low, max(months.high) as high,
        coalesce(max(months.answers), 0) as answers
    from latest
    left join marts.recommendations as months on months.month = latest.month
),

plain (name, value, low, high, n, available, reason) as (
    select 'people.' || category, cast(people as double), null, null, null, true, null
    from marts.category_totals
    union all
    select 'revenue_12m.' || category, cast(revenue_12m as double), null, null, people, true, null
    from marts.category_totals
    union all
    select 'revenue_share.' || category, revenue_share, null, null, null, revenue_share is not null,
        case when revenue_share is null then 'no_sales' end
    from marts.category_totals
    union all
    select 'people.total', people, null, null, null, true, null from marts.report_date
    union all
    select 'people.purchasers', purchasers, null, null, null, true, null from marts.report_date
    union all
    select 'revenue_12m.total', cast(revenue_12m as double), null, null, null, true, null from marts.report_date
    union all
    select 'revenue_12m.named_share', identified_revenue_share, null, null, null,
        identified_revenue_share is not null, case when identified_revenue_share is null then 'no_sales' end
    from marts.report_date
    union all
    select
        category || '.' || figure, value,
        case when is_rate then wilson_low(value, n) end,
        case when is_rate then wilson_high(value, n) end,
        n, available and value is not null,
        case when available and value is null then 'too_few' else reason end
    from figures
    union all
    select 'concentration.top_share', top_share, null, null, people, people > 0,
        case when people = 0 then 'no_sales' end
    from marts.concentration
    union all
    select 'concentration.gini', gini, null, null, people, people > 0,
        case when people = 0 then 'no_sales' end
    from marts.concentration
    union all
    select 'concentration.largest_share', largest_share, null, null, people, people > 0,
        case when people = 0 then 'no_sales' end
    from marts.concentration
    union all
    select 'friends.k', k, greatest(k - 1.959964 * standard_error, 0), k + 1.959964 * standard_error, people,
        people >= 20, case when people < 20 then 'too_few' end
    from growth
    union all
    select 'friends.multiplier', multiplier, null, null, people, people >= 20 and multiplier is not null,
        case when people < 20 then 'too_few' when multiplier is null then 'no_end' end
    from growth
    union all
    select 'friends.' || origins.origin || '.value_12m', against.value_12m, against.value_low,
        against.value_high, coalesce(against.value_people, 0),
        coalesce(against.value_12m is not null and against.value_people >= 20, false),
        case
            when against.origin is null then 'no_referrals'
            when against.value_12m is null or against.value_people < 20 then 'too_few'
        end
    from origins left join marts.referred_against_others as against on against.origin = origins.origin
    union all
    select 'friends.' || origins.origin || '.returned_90d', against.returned_90d, against.returned_low,
        against.returned_high, coalesce(against.at_risk, 0), coalesce(against.at_risk >= 20, false),
        case when against.origin is null then 'no_referrals' when against.at_risk < 20 then 'too_few' end
    from origins left join marts.referred_against_others as against on against.origin = origins.origin
    union all
    select 'friends.revenue_12m', cast(revenue_12m as double), null, null, friends, friends > 0,
        case when friends = 0 then 'no_referrals' end
    from friends
    union all
    select 'friends.net_12m', cast(net_12m as double), null, null, friends, friends > 0,
        case when friends = 0 then 'no_referrals' end
    from friends
    union all
    select 'nps', nps, low, high, answers, answers >= 10,
        case when answers = 0 then 'no_answers' when answers < 10 then 'too_few' end
    from answers
    union all
    select name, value, low, high, n, available, reason from steps.worth_measures
    union all
    select name, value, low, high, n, available, reason from steps.silent_measures
    union all
    select name, value, low, high, n, available, reason from marts.ladder_measures
    union all
    select name, value, low, high, n, available, reason from marts.card_measures
    union all
    select name, value, low, high, n, available, reason from steps.care_measures
),

named as (
    select plain.name, min(units.place) as place
    from plain
    inner join staging.measure_units as units on plain.name like units.pattern escape '!'
    group by plain.name
)

select
    plain.name,
    case when plain.available then plain.value end as value,
    units.unit,
    case when plain.available then plain.low end as low,
    case when plain.available then plain.high end as high,
    cast(plain.n as bigint) as n,
    plain.available,
    plain.reason
from plain
left join named on named.name = plain.name
left join staging.measure_units as units on units.place = named.place
