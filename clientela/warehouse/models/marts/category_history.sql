/*
The seven categories at the last thirteen month ends.

grain:  as_of, category
inputs: history.category_totals, steps.latest_snapshots, marts.category_totals
units:  people; revenue in the shop's currency over 12 months
rules:  past month ends as the latest version of their report said; the report's own date as it is now
*/
with latest as (
    select as_of, version
    from steps.latest_snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 11 month as date) - 1
)

select totals.as_of, totals.category, totals.people, cast(totals.revenue_12m as decimal(18, 2)) as revenue_12m
from history.category_totals as totals
inner join latest on latest.as_of = totals.as_of and latest.version = totals.version
union all
select getvariable('as_of'), category, people, revenue_12m
from marts.category_totals
