/*
How many customers were gained and how many left, month by month.

grain:  month_end
inputs: history.category_snapshots, steps.latest_snapshots, marts.customer_value, marts.movement_steps
units:  people; ratio is gained over left
terms:  gained is first purchases and won back; ratio is null where nobody left
rules:  the last thirteen month ends, as their reports said them, those with the month before to compare with; the
        report's own month as it is now
*/
with latest as (
    select as_of, version
    from steps.latest_snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date) - 1
),

counted as (
    select
        snapshots.as_of,
        count(case when snapshots.lost_on = snapshots.as_of then 1 end) as lost,
        count(case when snapshots.lost_on = snapshots.as_of and snapshots.times_lost > 1 then 1 end) as lost_again,
        count(case when snapshots.times_lost > 0 and snapshots.category <> 'lost' then 1 end) as back
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    group by snapshots.as_of
),

newcomers as (
    select cast(date_trunc('month', first_purchase_on) as date) as month, count(*) as people
    from marts.customer_value
    group by 1
),

past as (
    select
        now.as_of as month_end,
        coalesce(newcomers.people, 0) as first_purchases,
        greatest(now.back - former.back + now.lost_again, 0) as won_back,
        now.lost
    from counted as now
    inner join counted as former
        on former.as_of = cast(date_trunc('month', now.as_of) as date) - 1
    left join newcomers on newcomers.month = cast(date_trunc('month', now.as_of) as date)
    where now.as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 12 month as date) - 1
),

present as (
    select
        getvariable('as_of') as month_end,
        max(case when step = 'first_purchase' then people end) as first_purchases,
        max(case when step = 'won_back' then people end) as won_back,
        -max(case when step = 'lost' then people end) as lost
    from marts.movement_steps
    having count(*) > 0
),

months as (
    select month_end, first_purchases, won_back, lost from past
    union all
    select month_end, first_purchases, won_back, lost from present
)

select
    month_end,
    cast(first_purchases as bigint) as first_purchases,
    cast(won_back as bigint) as won_back,
    cast(first_purchases + won_back as bigint) as gained,
    cast(lost as bigint) as lost,
    case when lost > 0 then (first_purchases + won_back) / cast(lost as double) end as ratio
from months
