/*
The best customers who say nothing and are drifting away: whom to ask, before anybody else.

grain:  person_no
inputs: steps.best_customers, steps.judged, marts.answers, marts.voices,
        steps.buying_signs, steps.category_breadth, marts.expected_value, marts.next_purchase
units:  expected_12m and at_risk in the shop's currency; gaps and silence in open days; loss_chance 0 to 1
terms:  the signs are late (beyond the late limit), smaller (mean of the last three purchases at most 0.6 of the median
        of the earlier ones), narrower (categories of the last 180 days at most half of those of the 180 before) and
        slower (the last two gaps both over 1.5 times the mean of those before); signs joins them by |;
        loss_chance = min(1, lost_cut / chance), the chance that the silence reaches the lost limit;
        at_risk = expected_12m * loss_chance, margin where it is known (is_margin)
rules:  no complaint and no return in 365 days, no answer believed or one of 7 or 8; a best customer by today's
        steps.best_customers; narrower asks for two categories before and one since, since none is silence, which the
        rhythm judges; the rest is in order of at_risk, ties by id; the action is a personal question, not a discount
*/
with spoken as (
    select distinct person_no
    from marts.voices
    where voice in ('complaint', 'return') and said_on > getvariable('as_of') - 365
),

judged as (
    select
        best.person_no,
        best.customer_id,
        best.best_as,
        best.revenue_12m,
        best.is_late,
        coalesce(round(now.recent_mean - 0.6 * now.earlier_median, 9) <= 0, false) as is_smaller,
        coalesce(
            breadth.categories_before >= 2 and breadth.categories_now >= 1
            and breadth.categories_now <= 0.5 * breadth.categories_before,
            false
        ) as is_narrower,
        coalesce(now.last_gap > 1.5 * now.earlier_gap and now.gap_before > 1.5 * now.earlier_gap, false) as is_slower,
        now.recent_mean,
        now.earlier_median,
        breadth.categories_now,
        breadth.categories_before,
        now.last_gap,
        now.gap_before,
        now.earlier_gap
    from steps.best_customers as best
    left join spoken on spoken.person_no = best.person_no
    left join marts.answers on answers.person_no = best.person_no
    left join steps.buying_signs as now on now.person_no = best.person_no and now.next_on is null
    left join steps.category_breadth as breadth on breadth.person_no = best.person_no
    where
        best.as_of = getvariable('as_of')
        and spoken.person_no is null
        and (answers.score is null or answers.score between 7 and 8)
),

ranked as (
    select
        judged.*,
        concat_ws(
            '|',
            case when judged.is_late then 'late' end,
            case when judged.is_slower then 'slower' end,
            case when judged.is_smaller then 'smaller' end,
            case when judged.is_narrower then 'narrower' end
        ) as signs,
        person.name,
        not person.is_erased and not person.do_not_contact and person.ending is null as is_listed,
        person.purchases,
        person.last_purchase_on,
        person.own_gap_days,
        person.silent_days,
        person.chance,
        expected.expected_margin_12m is not null as is_margin,
        coalesce(expected.expected_margin_12m, expected.expected_12m, 0) as expected_12m,
        least(1.0, coalesce(getvariable('lost_cut') / nullif(person.chance, 0), 1.0)) as loss_chance,
        next.expected_on as next_purchase_on
    from judged
    inner join steps.judged as person on person.person_no = judged.person_no
    left join marts.expected_value as expected on expected.person_no = judged.person_no
    left join marts.next_purchase as next on next.person_no = judged.person_no
    where judged.is_late or judged.is_smaller or judged.is_narrower or judged.is_slower
)

select
    row_number() over (order by round(expected_12m * loss_chance, 9) desc, customer_id) as position,
    person_no,
    customer_id,
    name,
    is_listed,
    best_as,
    signs,
    is_late,
    is_smaller,
    is_narrower,
    is_slower,
    purchases,
    last_purchase_on,
    own_gap_days,
    silent_days,
    chance,
    recent_mean,
    earlier_median,
    categories_now,
    categories_before,
    last_gap,
    gap_before,
    earlier_gap,
    cast(revenue_12m as decimal(18, 2)) as revenue_12m,
    is_margin,
    expected_12m,
    loss_chance,
    cast(expected_12m * loss_chance as decimal(18, 4)) as at_risk,
    next_purchase_on,
    'ask' as action
from ranked
order by position
