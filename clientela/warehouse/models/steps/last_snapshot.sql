/*
What the last report before this date said of each person.

grain:  customer_id
inputs: history.category_snapshots, history.snapshots
stored: view
rules:  the latest version of the month end before the report's month
*/
select snapshots.customer_id, snapshots.category, snapshots.lost_on, snapshots.times_lost, snapshots.revenue_12m
from history.category_snapshots as snapshots
where
    snapshots.as_of = (
        select max(as_of) from history.snapshots
        where as_of < getvariable('as_of') and as_of >= date_trunc('month', getvariable('as_of')) - interval 1 day
    )
    and snapshots.version = (
        select max(version) from history.snapshots as versions where versions.as_of = snapshots.as_of
    )
