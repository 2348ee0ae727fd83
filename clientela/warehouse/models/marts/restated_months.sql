/*
How often and why the active customers of a past month end have been counted again.

grain:  as_of, version
inputs: history.snapshots, history.category_totals
units:  people and revenue of the active customers (buyer, customer, fan), over 12 months in the shop's currency
terms:  version 1 is what was said first; change_people and change_revenue are against the version before;
        step is late_rows, rule_change or late_rows_and_rule_change; null for the first version
*/
with versions as (
    select
        snapshots.as_of,
        snapshots.version,
        snapshots.reason,
        sum(case when totals.category in ('buyer', 'customer', 'fan') then totals.people else 0 end) as people,
        sum(case when totals.category in ('buyer', 'customer', 'fan') then totals.revenue_12m else 0 end)
            as revenue_12m
    from history.snapshots as snapshots
    inner join history.category_totals as totals
        on totals.as_of = snapshots.as_of and totals.version = snapshots.version
    where snapshots.as_of <= getvariable('as_of')
    group by snapshots.as_of, snapshots.version, snapshots.reason
)

select
    as_of,
    version,
    case reason
        when 'late_rows' then 'late_rows'
        when 'parameters' then 'rule_change'
        when 'late_rows+parameters' then 'late_rows_and_rule_change'
    end as step,
    cast(people as bigint) as people,
    cast(revenue_12m as decimal(18, 2)) as revenue_12m,
    cast(people - lag(people) over (partition by as_of order by version) as bigint) as change_people,
    cast(revenue_12m - lag(revenue_12m) over (partition by as_of order by version) as decimal(18, 2))
        as change_revenue
from versions
