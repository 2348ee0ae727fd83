/*
The numbers on the page of each category.

grain:  category, figure
inputs: staging.measure_units, marts.customers, marts.category_totals, steps.matured_steps, steps.fan_candidates,
        steps.brought, steps.referral_origins, steps.evidence, steps.last_snapshot, marts.activity, steps.recent_contacts,
        marts.referral_links_held, marts.rewards, raw.touchpoints, raw.targets, raw.referrals, raw.referral_links,
        raw.referral_rewards, steps.moves
units:  as the unit column says: people, eur, share (0 to 1), days, count
terms:  n is how many people a rate or a median was taken over; reason is why there is no figure
rules:  a rate over nobody is not available; nothing here is estimated
*/
with has as (
    select
        exists (select 1 from raw.touchpoints) as touchpoints,
        exists (select 1 from raw.targets) as targets,
        exists (select 1 from raw.referrals) or exists (select 1 from steps.referral_origins) as referrals,
        exists (select 1 from raw.referral_links) as links,
        exists (select 1 from raw.referral_rewards) as rewards,
        exists (select 1 from steps.last_snapshot) as history
),

totals as (
    select
        max(people) filter (where category = 'potential') as potential,
        max(people) filter (where category = 'referral') as referral,
        max(people) filter (where category = 'fan') as fan,
        max(revenue_share) filter (where category = 'fan') as fan_revenue_share
    from marts.category_totals
),

touched as (
    select
        count(*) as people,
        count(activity.first_purchase_on) as buyers,
        quantile_cont(date_diff('day', evidence.first_touch_on, activity.first_purchase_on), 0.5)
            filter (where activity.first_purchase_on is not null) as seeding_days
    from steps.evidence
    left join marts.activity on activity.person_no = evidence.person_no and activity.purchases > 0
    where
        evidence.first_touch_on is not null
        and (activity.first_purchase_on is null or evidence.first_touch_on < activity.first_purchase_on)
),

warm as (
    select count(*) as people
    from marts.customers
    where category = 'prospect' and is_warm
),

lost as (
    select
        count(*) as people,
        count(*) filter (where lost_on = getvariable('as_of')) as this_month,
        sum(revenue_12m) as revenue_12m
    from marts.customers
    where category = 'lost'
),

contacted as (
    select count(distinct customers.person_no) as people
    from marts.customers
    inner join steps.recent_contacts on recent_contacts.person_no = customers.person_no
    where customers.category = 'lost'
),

returned as (
    select
        count(*) as people,
        count(*) filter (where to_category in ('buyer', 'customer', 'fan')) as won_back
    from steps.moves
    where from_category = 'lost'
),

referred as (
    select
        count(*) as people,
        count(first_purchase_on) as buyers,
        quantile_cont(date_diff('day', claimed_on, first_purchase_on), 0.5)
            filter (where first_purchase_on >= claimed_on) as days_to_first_purchase
    from steps.referral_origins
),

buyers as (
    select count(*) as people, quantile_cont(days_left, 0.5) as days_left
    from marts.customers
    where category = 'buyer'
),

gaps as (
    select count(*) as people, quantile_cont(own_gap_days, 0.5) as typical_gap
    from marts.customers
    where category in ('customer', 'fan') and purchases >= 3
),

base as (
    select count(*) as people, count(*) filter (where failed_gate is null) as passed
    from steps.fan_candidates
),

brought as (
    select coalesce(sum(brought.brought_people), 0) as people
    from steps.brought
    inner join marts.customers on customers.person_no = brought.person_no
    where customers.category = 'fan'
),

held as (
    select
        count(distinct links.person_no) as people,
        count(distinct case when customers.category = 'fan' then links.person_no end) as fans
    from marts.referral_links_held as links
    left join marts.customers on customers.person_no = links.person_no
    where links.is_live
),

owed as (
    select coalesce(sum(amount), 0) as amount, count(distinct customer_id) as people
    from marts.rewards
    where is_owed
),

figures (category, position, figure, value, n, reason) as (
    select 'potential', 1, 'named_people', cast(totals.potential as double), totals.potential,
        case when not has.targets and totals.potential = 0 then 'no_targets' end
    from totals cross join has
    union all
    select 'prospect', 1, 'first_purchase_rate',
        case when touched.people > 0 then touched.buyers / cast(touched.people as double) end,
        touched.people, case when touched.people = 0 then 'no_touchpoints' end
    from touched
    union all
    select 'prospect', 2, 'seeding_days', touched.seeding_days, touched.buyers,
        case when touched.people = 0 then 'no_touchpoints' when touched.buyers = 0 then 'too_few' end
    from touched
    union all
    select 'prospect', 3, 'warm_people', cast(warm.people as double), warm.people, null
    from warm
    union all
    select 'lost', 1, 'lost_this_month', cast(lost.this_month as double), lost.people,
        case when not has.history then 'no_history' end
    from lost cross join has
    union all
    select 'lost', 2, 'revenue_lost_12m', cast(coalesce(lost.revenue_12m, 0) as double), lost.people, null
    from lost
    union all
    select 'lost', 3, 'contacted_share_90d',
        case when lost.people > 0 then contacted.people / cast(lost.people as double) end, lost.people,
        case when not has.touchpoints then 'no_touchpoints' when lost.people = 0 then 'too_few' end
    from lost cross join contacted cross join has
    union all
    select 'lost', 4, 'won_back_share',
        case when returned.people > 0 then returned.won_back / cast(returned.people as double) end,
        returned.people,
        case when not has.history then 'no_history' when returned.people = 0 then 'too_few' end
    from returned cross join has
    union all
    select 'referral', 1, 'arrivals', cast(referred.people as double), referred.people,
        case when not has.referrals then 'no_referrals' end
    from referred cross join has
    union all
    select 'referral', 2, 'conversion',
        case when referred.people > 0 then referred.buyers / cast(referred.people as double) end,
        referred.people, case when not has.referrals then 'no_referrals' when referred.people = 0 then 'too_few' end
    from referred cross join has
    union all
    select 'referral', 3, 'days_to_first_purchase', referred.days_to_first_purchase, referred.buyers,
        case when not has.referrals then 'no_referrals' when referred.buyers = 0 then 'too_few' end
    from referred cross join has
    union all
    select 'referral', 4, 'links_given', cast(held.people as double), held.people,
        case when not has.links then 'no_links' end
    from held cross join has
    union all
    select 'buyer', 1, 'second_within_30d', max(returned_share), coalesce(max(people), 0),
        case when count(*) = 0 then 'too_few' end
    from steps.matured_steps where step = 1 and window_days = 30 and not is_own
    union all
    select 'buyer', 2, 'second_within_90d', max(returned_share), coalesce(max(people), 0),
        case when count(*) = 0 then 'too_few' end
    from steps.matured_steps where step = 1 and window_days = 90 and not is_own
    union all
    select 'buyer', 3, 'second_within_window', max(returned_share), coalesce(max(people), 0),
        case when count(*) = 0 then 'too_few' end
    from steps.matured_steps where step = 1 and is_own
    union all
    select 'buyer', 4, 'days_left_median', buyers.days_left, buyers.people,
        case when buyers.people = 0 then 'too_few' end
    from buyers
    union all
    select 'customer', 1, 'third_after_second', max(returned_share), coalesce(max(people), 0),
        case when count(*) = 0 then 'too_few' end
    from steps.matured_steps where step = 2 and is_own
    union all
    select 'customer', 2, 'fourth_after_third', max(returned_share), coalesce(max(people), 0),
        case when count(*) = 0 then 'too_few' end
    from steps.matured_steps where step = 3 and is_own
    union all
    select 'customer', 3, 'typical_gap_days', gaps.typical_gap, gaps.people,
        case when gaps.people = 0 then 'too_few' end
    from gaps
    union all
    select 'fan', 1, 'fan_share_of_base',
        case when base.people > 0 then totals.fan / cast(base.people as double) end, base.people,
        case when base.people = 0 then 'too_few' end
    from base cross join totals
    union all
    select 'fan', 2, 'revenue_share', totals.fan_revenue_share, totals.fan,
        case when totals.fan_revenue_share is null then 'too_few' end
    from totals
    union all
    select 'fan', 3, 'referred_per_fan',
        case when totals.fan > 0 then brought.people / cast(totals.fan as double) end, totals.fan,
        case when not has.referrals then 'no_referrals' when totals.fan = 0 then 'too_few' end
    from totals cross join brought cross join has
    union all
    select 'fan', 4, 'passed_gates', cast(base.passed as double), base.people, null
    from base
    union all
    select 'fan', 5, 'fans_with_link', cast(held.fans as double), totals.fan,
        case when not has.links then 'no_links' end
    from held cross join totals cross join has
    union all
    select 'fan', 6, 'rewards_due', cast(owed.amount as double), owed.people,
        case when not has.rewards then 'no_rewards' end
    from owed cross join has
)

select
    figures.category,
    figures.position,
    figures.figure,
    case when figures.reason is null then figures.value end as value,
    units.unit,
    cast(figures.n as bigint) as n,
    figures.reason is null as available,
    figures.reason
from figures
left join staging.measure_units as units on units.name = figures.category || '.' || figures.figure
