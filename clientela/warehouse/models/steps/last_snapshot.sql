/*
What the last report before this date said of each person.

grain:  customer_id
inputs: history.category_snapshots, steps.latest_snapshots
stored: view
rules:  the latest version of the month end before the report's month
*/
with told as (
    select as_of, version
    from steps.latest_snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= date_trunc('month', getvariable('as_of')) - interval 1 day
)

select snapshots.customer_id, snapshots.category, snapshots.lost_on, snapshots.times_lost, snapshots.revenue_12m
from history.category_snapshots as snapshots
inner join told on told.as_of = snapshots.as_of and told.version = snapshots.version
