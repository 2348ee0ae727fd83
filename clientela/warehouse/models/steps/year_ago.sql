/*
What the report of a year before this date said of each person.

grain:  customer_id
inputs: history.category_snapshots, steps.latest_snapshots
stored: view
units:  revenue_12m in the shop's currency, over the 12 months before
rules:  the latest version of the month end that lies 365 or 366 days back; empty where there is none
*/
with told as (
    select as_of, version
    from steps.latest_snapshots
    where as_of between getvariable('as_of') - 366 and getvariable('as_of') - 365
)

select
    snapshots.customer_id,
    snapshots.as_of as told_on,
    snapshots.category,
    snapshots.lost_kind,
    snapshots.revenue_12m
from history.category_snapshots as snapshots
inner join told on told.as_of = snapshots.as_of and told.version = snapshots.version
