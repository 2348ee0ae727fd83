/*
People whom somebody sent against the others, at equal age: what a year brings, and who returns.

grain:  origin (referred or others)
inputs: marts.activity, steps.referral_origins, marts.categories, marts.burn_in, steps.purchase_sequence,
        steps.refunds, staging.calendar
units:  value_12m in the shop's currency a head over the first 365 days; returned_90d 0 to 1, within 90 open days;
        low and high are the ends of the 95 % interval
terms:  value_12m adds, month of age by month of age, the revenue of those whose month is fully seen over their number
        (a month of age is 365/12 days); value_people are those seen for the whole year; returned_90d is 1 - S(90) of
        Kaplan & Meier (1958) with Greenwood's variance on the log(-log) scale; at_risk are those not yet back and
        still watched on day 90
rules:  first purchases since the programme's first claim, so that both groups bought in the same times; people first
        seen during the burn-in are left out; no row where nobody was ever sent
*/
with programme as (
    select min(claimed_on) as started_on
    from steps.referral_origins
    having count(*) > 0
),

people as (
    select
        activity.person_no,
        activity.first_purchase_on,
        case when origins.person_no is null then 'others' else 'referred' end as origin,
        least(
            cast(floor((getvariable('as_of') - activity.first_purchase_on + 1) * 12 / 365.0) as integer), 12
        ) as months,
        coalesce(activity.second_open_day, today.open_day) - activity.first_open_day as days,
        case when activity.second_open_day is null then 0 else 1 end as returned
    from marts.activity
    inner join marts.categories on categories.person_no = activity.person_no
    cross join programme
    cross join marts.burn_in
    inner join staging.calendar as today on today.day = getvariable('as_of')
    left join steps.referral_origins as origins on origins.person_no = activity.person_no
    where
        activity.purchases > 0
        and activity.first_purchase_on >= programme.started_on
        and activity.first_purchase_on > burn_in.burn_in_until
),

money as (
    select person_no, purchased_on as dated_on, goods
    from steps.purchase_sequence
    union all
    select person_no, dated_on, goods
    from steps.refunds
),

spent as (
    select
        people.person_no,
        people.origin,
        people.months,
        cast(floor((money.dated_on - people.first_purchase_on) * 12 / 365.0) as integer) as age_month,
        cast(sum(money.goods) as double) as revenue
    from money
    inner join people on people.person_no = money.person_no
    where
        money.dated_on between people.first_purchase_on and people.first_purchase_on + 364
        and money.dated_on <= getvariable('as_of')
    group by 1, 2, 3, 4
),

ages (age_month) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)
),

seen as (
    select people.origin, ages.age_month, cast(count(*) as double) as people
    from people
    inner join ages on ages.age_month < people.months
    group by people.origin, ages.age_month
),

means as (
    select seen.origin, seen.age_month, seen.people, coalesce(sum(spent.revenue), 0) / seen.people as mean
    from seen
    left join spent
        on spent.origin = seen.origin and spent.age_month = seen.age_month and spent.age_month < spent.months
    group by seen.origin, seen.age_month, seen.people
),

expected as (
    select origin, age_month + 1 as months, sum(mean / people) over (partition by origin order by age_month) as part
    from means
),

own as (
    select spent.person_no, sum(spent.revenue / means.people) as part
    from spent
    inner join means on means.origin = spent.origin and means.age_month = spent.age_month
    where spent.age_month < spent.months
    group by spent.person_no
),

spread as (
    select people.origin, sqrt(sum(pow(coalesce(own.part, 0) - coalesce(expected.part, 0), 2))) as standard_error
    from people
    left join own on own.person_no = people.person_no
    left join expected on expected.origin = people.origin and expected.months = people.months
    group by people.origin
),

curve as (
    select
        origin,
        sum(mean) as value_12m,
        count(*) as months,
        max(case when age_month = 11 then people end) as value_people
    from means
    group by origin
),

by_day as (
    select origin, days, sum(returned) as returned, count(*) as people
    from people
    group by origin, days
),

at_risk as (
    select origin, days, returned, sum(people) over (partition by origin order by days desc) as at_risk
    from by_day
),

survival as (
    select
        origin,
        sum(case when days <= 90 and returned < at_risk then ln(1 - returned / cast(at_risk as double)) else 0 end)
            as log_survival,
        sum(case
            when days <= 90 and returned < at_risk then returned / (cast(at_risk as double) * (at_risk - returned))
            else 0
        end) as greenwood,
        max(case when days <= 90 and returned = at_risk then 1 else 0 end) as everybody_returned,
        coalesce(max(case when days >= 90 then at_risk end), 0) as at_risk
    from at_risk
    group by origin
),

intervals as (
    select
        origin,
        at_risk,
        everybody_returned,
        exp(log_survival) as staying,
        case
            when everybody_returned = 0 and log_survival < 0 then 1.959964 * sqrt(greenwood) / -log_survival
        end as spread
    from survival
),

sizes as (
    select origin, count(*) as people
    from people
    group by origin
)

select
    sizes.origin,
    sizes.people,
    case when curve.months = 12 then curve.value_12m end as value_12m,
    case when curve.months = 12 then curve.value_12m - 1.959964 * spread.standard_error end as value_low,
    case when curve.months = 12 then curve.value_12m + 1.959964 * spread.standard_error end as value_high,
    cast(coalesce(curve.value_people, 0) as bigint) as value_people,
    case when intervals.everybody_returned = 1 then 1.0 else 1 - intervals.staying end as returned_90d,
    1 - pow(intervals.staying, exp(-intervals.spread)) as returned_low,
    1 - pow(intervals.staying, exp(intervals.spread)) as returned_high,
    cast(intervals.at_risk as bigint) as at_risk
from sizes
left join curve on curve.origin = sizes.origin
left join spread on spread.origin = sizes.origin
left join intervals on intervals.origin = sizes.origin
