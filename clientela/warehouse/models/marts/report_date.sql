/*
The report's date and the shop in one row.

grain:  one row
inputs: marts.category_totals, marts.anonymous_sales, marts.activity, marts.burn_in, staging.documents
units:  revenue in the shop's currency over 12 months; identified_revenue_share 0 to 1
terms:  tax_included says that at least one order of the 12 months carries no net amount and no VAT amount
*/
with orders as (
    select
        max(ordered_on) as last_order_on,
        count(*) filter (where counts) as orders,
        coalesce(bool_or(is_tax_included and ordered_on > getvariable('as_of') - 365), false) as tax_included
    from staging.documents
    where ordered_on <= getvariable('as_of')
),

people as (
    select sum(people) as people, sum(revenue_12m) as revenue_12m
    from marts.category_totals
),

purchasers as (
    select count(*) as purchasers
    from marts.activity
    where purchases > 0
)

select
    getvariable('as_of') as as_of,
    cast(date_trunc('month', getvariable('as_of')) as date) as month_start,
    cast(date_trunc('month', getvariable('as_of')) as date) - 1 as previous_as_of,
    cast(date_trunc('month', getvariable('as_of')) - interval 11 month as date) - 1 as year_before_as_of,
    burn_in.history_start,
    orders.last_order_on,
    orders.tax_included,
    getvariable('currency') as currency,
    people.people,
    purchasers.purchasers,
    orders.orders,
    cast(people.revenue_12m + anonymous.revenue_12m as decimal(18, 2)) as revenue_12m,
    case
        when people.revenue_12m + anonymous.revenue_12m > 0
            then cast(people.revenue_12m as double) / cast(people.revenue_12m + anonymous.revenue_12m as double)
    end as identified_revenue_share,
    anonymous.receipts as anonymous_receipts,
    cast(anonymous.revenue as decimal(18, 2)) as anonymous_revenue
from orders
cross join people
cross join purchasers
cross join marts.anonymous_sales as anonymous
cross join marts.burn_in
