/*
The totals kept of a month end are the sums of the people kept with it, and versions have no holes.

rule: seven totals a version; version 1 first, then 2, and so on
*/
with counted as (
    select as_of, version, category, count(*) as people, sum(revenue_12m) as revenue_12m
    from history.category_snapshots
    group by as_of, version, category
),

versions as (
    select as_of, count(*) as versions, max(version) as last_version
    from history.snapshots
    group by as_of
),

totals as (
    select as_of, version, count(distinct category) as categories
    from history.category_totals
    group by as_of, version
)

select totals.as_of, totals.version, totals.category as what
from history.category_totals as totals
left join counted
    on counted.as_of = totals.as_of and counted.version = totals.version and counted.category = totals.category
where totals.people <> coalesce(counted.people, 0) or totals.revenue_12m <> coalesce(counted.revenue_12m, 0)
union all
select as_of, last_version, 'a version is missing'
from versions
where versions <> last_version
union all
select snapshots.as_of, snapshots.version, 'not seven totals'
from history.snapshots as snapshots
left join totals on totals.as_of = snapshots.as_of and totals.version = snapshots.version
where coalesce(totals.categories, 0) <> 7
