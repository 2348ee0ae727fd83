/*
The customers whose silence would cost most, today and at the month ends of the thirteen months before.

grain:  as_of, person_no
inputs: history.category_snapshots, history.snapshots, marts.categories, marts.activity, marts.people
units:  revenue_12m in the shop's currency over 12 months
terms:  best_as is fan, former_fan (a fan at a month end of the 365 days before) or top_fifth
rules:  people who have bought and have not left; the top fifth is the best floor(n / 5 + 1/2) of those n among them
        who spent something in 12 months, one at least, ties by id; month ends as the latest version of their report
        said, today as it is
*/
with latest as (
    select as_of, max(version) as version
    from history.snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 26 month as date) - 1
    group by as_of
),

present as (
    select
        getvariable('as_of') as as_of,
        people.customer_id,
        categories.category,
        categories.is_late,
        coalesce(activity.revenue_12m, 0) as revenue_12m
    from marts.categories
    inner join marts.people on people.person_no = categories.person_no
    left join marts.activity on activity.person_no = categories.person_no
    where categories.purchases > 0 and categories.lost_kind is null
),

known as (
    select snapshots.as_of, snapshots.customer_id, snapshots.category, snapshots.is_late, snapshots.revenue_12m
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    where snapshots.category in ('buyer', 'customer', 'fan')
    union all
    select as_of, customer_id, category, is_late, revenue_12m
    from present
),

ever_fans as (
    select distinct customer_id
    from known
    where category = 'fan'
),

fan_days as (
    select
        known.as_of,
        known.customer_id,
        max(case when known.category = 'fan' then known.as_of end) over (
            partition by known.customer_id order by known.as_of
        ) as fan_on
    from known
    inner join ever_fans on ever_fans.customer_id = known.customer_id
),

spenders as (
    select
        as_of,
        customer_id,
        row_number() over (partition by as_of order by revenue_12m desc, customer_id) as place,
        count(*) over (partition by as_of) as people
    from known
    where
        revenue_12m > 0
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date) - 1
),

judged as (
    select
        known.as_of,
        known.customer_id,
        known.is_late,
        known.revenue_12m,
        case
            when known.category = 'fan' then 'fan'
            when fan_days.fan_on >= known.as_of - 365 then 'former_fan'
            when spenders.place <= greatest(floor(spenders.people / 5.0 + 0.5), 1) then 'top_fifth'
        end as best_as
    from known
    left join fan_days on fan_days.customer_id = known.customer_id and fan_days.as_of = known.as_of
    left join spenders on spenders.customer_id = known.customer_id and spenders.as_of = known.as_of
    where known.as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date) - 1
)

select judged.as_of, people.person_no, judged.customer_id, judged.best_as, judged.is_late, judged.revenue_12m
from judged
inner join marts.people on people.customer_id = judged.customer_id
where judged.best_as is not null
