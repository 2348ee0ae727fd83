/*
What the goods that each person bought left over, month by month, as far as their cost is known or declared.

grain:  person_no, month
inputs: staging.orders, staging.friend_receipts, staging.declared_margins, staging.order_lines, marts.identity,
        steps.refunds
units:  goods, declared_12m and margins in the shop's currency; month is its first day
terms:  declared_12m is the part of goods_12m whose margin is the owner's word ([margins] in clientela.toml), not the cost
        of a file
rules:  only documents whose cost is known, their own or that of each of their lines; a line without cost has the margin
        declared for its kind of goods, else the declared default, and a document with neither cost nor lines the
        default; empty where no file tells a cost and nothing is declared; refunds at their own date
*/
with priced as (
    select
        lines.source,
        lines.order_key,
        lines.cost is null as is_declared,
        coalesce(
            lines.cost,
            cast(
                coalesce(lines.net_amount, lines.quantity * lines.unit_price)
                * (1 - coalesce(declared.margin, getvariable('margin_default'))) as decimal(18, 4)
            )
        ) as cost
    from staging.order_lines as lines
    left join staging.declared_margins as declared on declared.category = lower(trim(lines.category))
),

line_costs as (
    select source, order_key, sum(cost) as cost, max(case when is_declared then 1 else 0 end) = 1 as is_declared
    from priced
    group by source, order_key
    having count(cost) = count(*)
),

sold as (
    select person_of(identity.person_no, o.account_no) as person_no, o.ordered_on as dated_on, o.goods, o.cost,
        false as is_declared
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.cost is not null and o.counts and o.account_no is not null and o.goods >= 0
    union all
    select person_of(identity.person_no, o.account_no), o.ordered_on, o.goods, line_costs.cost, line_costs.is_declared
    from line_costs
    inner join staging.orders as o on o.source = line_costs.source and o.row_key = line_costs.order_key
    left join marts.identity on identity.account_no = o.account_no
    where o.cost is null and o.counts and o.account_no is not null and o.goods >= 0
    union all
    select
        person_of(identity.person_no, o.account_no), o.ordered_on, o.goods,
        cast(o.goods * (1 - getvariable('margin_default')) as decimal(18, 4)), true
    from staging.orders as o
    left join line_costs on line_costs.source = o.source and line_costs.order_key = o.row_key
    left join marts.identity on identity.account_no = o.account_no
    where
        getvariable('margin_default') is not null and o.cost is null and line_costs.order_key is null
        and o.counts and o.account_no is not null and o.goods >= 0
    union all
    select
        person_of(identity.person_no, friends.account_no), friends.ordered_on, friends.goods,
        coalesce(friends.cost, cast(friends.goods * (1 - getvariable('margin_default')) as decimal(18, 4))),
        friends.cost is null
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where friends.cost is not null or getvariable('margin_default') is not null
    union all
    select
        person_no, dated_on, goods,
        coalesce(cost, cast(goods * (1 - getvariable('margin_default')) as decimal(18, 4))), cost is null
    from steps.refunds
    where cost is not null or getvariable('margin_default') is not null
)

select
    person_no,
    cast(date_trunc('month', dated_on) as date) as month,
    cast(sum(goods) as decimal(18, 4)) as goods,
    cast(sum(goods - cost) as decimal(18, 4)) as margin,
    cast(sum(case when dated_on > getvariable('as_of') - 365 then goods else 0 end) as decimal(18, 4)) as goods_12m,
    cast(sum(case when dated_on > getvariable('as_of') - 365 then goods - cost else 0 end) as decimal(18, 4))
        as margin_12m,
    cast(
        sum(case when is_declared and dated_on > getvariable('as_of') - 365 then goods else 0 end) as decimal(18, 4)
    ) as declared_12m
from sold
where dated_on <= getvariable('as_of')
group by 1, 2
