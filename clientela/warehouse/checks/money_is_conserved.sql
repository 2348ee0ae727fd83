/*
What persons spent and what nobody known spent is what was sold.

rule: goods of every counted document up to the report's date, refunds included, in all and over 12 months;
      only where a purchase is a calendar day: with merge = hours:N an order may count on the day before its own
*/
with sold as (
    select
        coalesce(sum(goods), 0) as revenue,
        coalesce(sum(case when ordered_on > getvariable('as_of') - 365 then goods end), 0) as revenue_12m
    from staging.orders
    where counts and ordered_on <= getvariable('as_of')
),

told as (
    select
        coalesce(sum(revenue_total), 0) as revenue,
        coalesce(sum(revenue_12m), 0) as revenue_12m
    from (
        select revenue_total, revenue_12m from marts.activity
        union all
        select revenue, revenue_12m from marts.anonymous_sales
    )
)

select
    sold.revenue as revenue_sold,
    told.revenue as revenue_told,
    sold.revenue_12m as revenue_12m_sold,
    told.revenue_12m as revenue_12m_told
from sold
cross join told
where
    getvariable('merge_hours') is null
    and (sold.revenue <> told.revenue or sold.revenue_12m <> told.revenue_12m)
