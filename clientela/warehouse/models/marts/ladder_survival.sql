/*
By how many days after a purchase the next one comes, those still waiting included, for every group that is compared.

grain:  kind, member, step, days
inputs: steps.ladder_waits, steps.first_purchase_cause, steps.second_purchase_coupons
units:  days are open days since the purchase; returned_share, low and high are 0 to 1
terms:  returned_share is 1 - S(days), S the estimate of Kaplan & Meier (1958); variance is Greenwood's sum of
        d / (n (n - d)), so that Var S = S^2 variance; low and high are 95 in 100, on log(-log S), null where S is
        0 or 1; at_risk is how many were still waiting when the day began; people is how many took the step's start
rules:  kind all is everybody; last_12m and year_before are the purchases of the 365 days that end with the report's
        date and of the 365 before; quarter holds the first purchases of three months (now) and of the same months a
        year before (year_ago); cohort (year of the first purchase), channel, cause and coupon divide the first
        purchases; of channels the eight with most people stand alone
*/
with sizes as (
    select
        channel,
        row_number() over (order by count(*) desc, channel) as place
    from steps.first_purchase_cause
    group by channel
),

first_steps as (
    select
        waits.started_on,
        waits.waited_days,
        waits.returned,
        causes.cause,
        case when sizes.place <= 8 then sizes.channel else 'other' end as channel,
        case when coupons.has_coupon then 'with' when not coupons.has_coupon then 'without' end as coupon
    from steps.ladder_waits as waits
    left join steps.first_purchase_cause as causes on causes.person_no = waits.person_no
    left join sizes on sizes.channel = causes.channel
    left join steps.second_purchase_coupons as coupons on coupons.person_no = waits.person_no
    where waits.step = 1
),

compact as (
    select
        extract(year from started_on) as cohort, channel, cause, coupon,
        case
            when started_on > cast(getvariable('as_of') - interval 3 month as date) then 'now'
            when started_on > cast(getvariable('as_of') - interval 15 month as date)
                and started_on <= cast(getvariable('as_of') - interval 12 month as date) then 'year_ago'
        end as quarter,
        waited_days, returned,
        count(*) as people
    from first_steps
    group by 1, 2, 3, 4, 5, 6, 7
),

grouped as (
    select 'all' as kind, 'all' as member, step, waited_days, returned, count(*) as people
    from steps.ladder_waits
    group by step, waited_days, returned
    union all
    select
        case when started_on > getvariable('as_of') - 365 then 'last_12m' else 'year_before' end, 'all', step,
        waited_days, returned, count(*)
    from steps.ladder_waits
    where started_on > getvariable('as_of') - 730
    group by 1, step, waited_days, returned
    union all
    select 'quarter', quarter, 1, waited_days, returned, people
    from compact
    where quarter is not null
    union all
    select 'cohort', cast(cohort as varchar), 1, waited_days, returned, people from compact
    union all
    select 'channel', channel, 1, waited_days, returned, people from compact
    union all
    select 'cause', cause, 1, waited_days, returned, people from compact
    union all
    select 'coupon', coupon, 1, waited_days, returned, people
    from compact
    where coupon is not null
),

by_day as (
    select
        kind,
        member,
        step,
        waited_days as days,
        sum(case when returned = 1 then people else 0 end) as returned,
        sum(people) as left_sample
    from grouped
    group by kind, member, step, waited_days
),

at_risk as (
    select
        kind,
        member,
        step,
        days,
        returned,
        sum(left_sample) over (partition by kind, member, step order by days desc) as at_risk,
        sum(left_sample) over (partition by kind, member, step) as people
    from by_day
),

survival as (
    select
        kind,
        member,
        step,
        days,
        returned,
        at_risk,
        people,
        sum(case when returned < at_risk then ln(1 - returned / cast(at_risk as double)) else 0 end) over until_here
            as log_survival,
        sum(
            case when returned < at_risk then returned / (cast(at_risk as double) * (at_risk - returned)) else 0 end
        ) over until_here as variance,
        max(case when returned = at_risk then 1 else 0 end) over until_here as everybody_returned
    from at_risk
    window until_here as (partition by kind, member, step order by days)
)

select
    kind,
    member,
    step,
    cast(days as integer) as days,
    cast(returned as bigint) as returned,
    cast(at_risk as bigint) as at_risk,
    cast(people as bigint) as people,
    case when everybody_returned = 1 then 1.0 else 1 - exp(log_survival) end as returned_share,
    case when everybody_returned = 0 then variance end as variance,
    case
        when everybody_returned = 0 and log_survival < 0
            then 1 - exp(log_survival * exp(-1.959964 * sqrt(variance) / -log_survival))
    end as low,
    case
        when everybody_returned = 0 and log_survival < 0
            then 1 - exp(log_survival * exp(1.959964 * sqrt(variance) / -log_survival))
    end as high
from survival
