/*
The customers whose silence would cost most, today and at the month ends of the thirteen months before.

grain:  as_of, person_no
inputs: history.category_snapshots, steps.latest_snapshots, marts.categories, steps.standing, marts.people
units:  revenue_12m in the shop's currency over 12 months
terms:  best_as is fan, former_fan (a fan at a month end of the 365 days before) or top_fifth
rules:  people who have bought and have not left; the top fifth is the best floor(n / 5 + 1/2) of those n among them
        who spent something in 12 months, one at least, ties by id; month ends as the latest version of their report
        said, today as it is
*/
with latest as (
    select
        as_of,
        version,
        as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date) - 1 as is_judged
    from steps.latest_snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 26 month as date) - 1
),

known as (
    select snapshots.as_of, snapshots.customer_id, snapshots.category, snapshots.is_late, snapshots.revenue_12m
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    where snapshots.category in ('buyer', 'customer', 'fan') and latest.is_judged
    union all
    select
        getvariable('as_of'),
        standing.customer_id,
        categories.category,
        categories.is_late,
        coalesce(standing.revenue_12m, 0)
    from marts.categories
    inner join steps.standing on standing.person_no = categories.person_no
    where categories.purchases > 0 and categories.lost_kind is null
),

fans as (
    select as_of, customer_id
    from known
    where category = 'fan'
    union all
    select snapshots.as_of, snapshots.customer_id
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    where snapshots.category = 'fan' and not latest.is_judged
),

days as (
    select as_of, lead(as_of) over (order by as_of) as next_as_of
    from (select as_of from latest union all select getvariable('as_of'))
),

followed as (
    select
        customer_id,
        as_of,
        lead(as_of) over (partition by customer_id order by as_of) as fan_again_on
    from fans
),

-- Nobody is a former fan between two reports in a row that both say fan.
former_fans as (
    select followed.customer_id, followed.as_of as fan_on, followed.fan_again_on
    from followed
    inner join days on days.as_of = followed.as_of
    where followed.fan_again_on is distinct from days.next_as_of
),

-- Whoever spent more than the high bound is in the top fifth and whoever spent less than the low one is not: only those
-- between the two have to be put in order.
bounds as (
    select as_of, count(*) as people, quantile_disc(revenue_12m, 0.79) as low, quantile_disc(revenue_12m, 0.81) as high
    from known
    where revenue_12m > 0
    group by as_of
),

marked as (
    select
        known.as_of,
        known.customer_id,
        known.is_late,
        known.revenue_12m,
        case
            when known.category = 'fan' then 'fan'
            when former_fans.customer_id is not null then 'former_fan'
            when known.revenue_12m > bounds.high then 'top_fifth'
        end as best_as,
        greatest(floor(bounds.people / 5.0 + 0.5), 1) as places,
        known.revenue_12m > bounds.high as is_above,
        coalesce(known.revenue_12m between bounds.low and bounds.high, false) as is_near
    from known
    left join bounds on bounds.as_of = known.as_of
    left join former_fans
        on former_fans.customer_id = known.customer_id
        and former_fans.fan_on < known.as_of
        and former_fans.fan_on >= known.as_of - 365
        and known.as_of < coalesce(former_fans.fan_again_on, date '9999-12-31')
    where known.category = 'fan' or former_fans.customer_id is not null or known.revenue_12m >= bounds.low
),

above as (
    select as_of, count(case when is_above then 1 end) as people
    from marked
    group by as_of
),

judged as (
    select as_of, customer_id, best_as, is_late, revenue_12m
    from marked
    where not is_near
    union all
    select
        marked.as_of,
        marked.customer_id,
        case
            when marked.best_as is not null then marked.best_as
            -- Those above come first in the same order.
            when above.people + row_number() over (
                partition by marked.as_of order by marked.revenue_12m desc, marked.customer_id
            ) <= marked.places then 'top_fifth'
        end,
        marked.is_late,
        marked.revenue_12m
    from marked
    inner join above on above.as_of = marked.as_of
    where marked.is_near
)

select judged.as_of, people.person_no, judged.customer_id, judged.best_as, judged.is_late, judged.revenue_12m
from judged
inner join marts.people on people.customer_id = judged.customer_id
where judged.best_as is not null
