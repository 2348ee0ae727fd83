/*
How much of each month's named sales came from people who had bought before.

grain:  month
inputs: steps.sales_by_age, marts.margins, marts.customer_value
units:  the shop's currency; shares 0 to 1; month is its first day
terms:  recurring is what second and later purchases brought; existing is what those brought whose first purchase was in
        an earlier month; existing_margin_share is the part of the margin that they left
rules:  a share is null where the sales are not above zero, or where refunds carry it out of 0 to 1; margins as far as the
        costs are known
*/
with sales as (
    select
        month,
        sum(goods) as revenue,
        sum(case when first_purchase_on is not null and not is_first then goods else 0 end) as recurring,
        sum(case when first_purchase_on < month then goods else 0 end) as existing
    from steps.sales_by_age
    group by month
),

costed as (
    select
        margins.month,
        sum(margins.margin) as margin,
        sum(case when people.first_purchase_on < margins.month then margins.margin else 0 end) as existing_margin
    from marts.margins
    inner join marts.customer_value as people on people.person_no = margins.person_no
    where people.margin_total is not null
    group by margins.month
),

shares as (
    select
        sales.*,
        costed.margin,
        costed.existing_margin,
        case when sales.revenue > 0 then cast(sales.recurring as double) / cast(sales.revenue as double) end
            as recurring_share,
        case when sales.revenue > 0 then cast(sales.existing as double) / cast(sales.revenue as double) end
            as existing_share,
        case when costed.margin > 0 then cast(costed.existing_margin as double) / cast(costed.margin as double) end
            as existing_margin_share
    from sales
    left join costed on costed.month = sales.month
)

select
    month,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(recurring as decimal(18, 2)) as recurring,
    cast(existing as decimal(18, 2)) as existing,
    cast(margin as decimal(18, 2)) as margin,
    cast(existing_margin as decimal(18, 2)) as existing_margin,
    case when recurring_share between 0 and 1 then recurring_share end as recurring_share,
    case when existing_share between 0 and 1 then existing_share end as existing_share,
    case when existing_margin_share between 0 and 1 then existing_margin_share end as existing_margin_share
from shares
