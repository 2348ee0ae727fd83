/*
Past months whose numbers have changed since their report.

grain:  as_of, category
inputs: steps.latest_snapshots, history.snapshots, history.category_totals
units:  people
rules:  the first version against the latest; only categories that changed
*/
with versions as (
    select as_of, 1 as first_version, version as last_version
    from steps.latest_snapshots
    where as_of <= getvariable('as_of') and version > 1
)

select
    versions.as_of,
    before.category,
    before.people as people_before,
    now.people as people_after,
    snapshots.reason
from versions
inner join history.snapshots as snapshots
    on snapshots.as_of = versions.as_of and snapshots.version = versions.last_version
inner join history.category_totals as before
    on before.as_of = versions.as_of and before.version = versions.first_version
inner join history.category_totals as now
    on now.as_of = versions.as_of and now.version = versions.last_version and now.category = before.category
where before.people <> now.people
