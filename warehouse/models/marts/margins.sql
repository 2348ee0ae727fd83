/*
What the goods that each person bought left over, month by month, as far as their cost is known.

grain:  person_no, month
inputs: staging.orders, staging.friend_receipts, raw.order_lines, marts.identity, marts.refunds
units:  goods and margin in the shop's currency; month is its first day
rules:  only documents whose cost is known, their own or that of each of their lines; empty where no file tells a cost;
        refunds at their own date
*/
with line_costs as (
    select source, order_id, sum(cost) as cost
    from raw.order_lines
    group by source, order_id
    having count(cost) = count(*)
),

sold as (
    select coalesce(identity.person_no, o.account_no) as person_no, o.ordered_on as dated_on, o.goods, o.cost
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.cost is not null and o.counts and o.account_no is not null and o.goods >= 0
    union all
    select coalesce(identity.person_no, o.account_no), o.ordered_on, o.goods, line_costs.cost
    from line_costs
    inner join staging.orders as o on o.source = line_costs.source and o.order_id = line_costs.order_id
    left join marts.identity on identity.account_no = o.account_no
    where o.cost is null and o.counts and o.account_no is not null and o.goods >= 0
    union all
    select coalesce(identity.person_no, friends.account_no), friends.ordered_on, friends.goods, friends.cost
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where friends.cost is not null
    union all
    select person_no, dated_on, goods, cost
    from marts.refunds
    where cost is not null
)

select
    person_no,
    cast(date_trunc('month', dated_on) as date) as month,
    cast(sum(goods) as decimal(18, 4)) as goods,
    cast(sum(goods - cost) as decimal(18, 4)) as margin,
    cast(sum(case when dated_on > getvariable('as_of') - 365 then goods else 0 end) as decimal(18, 4)) as goods_12m,
    cast(sum(case when dated_on > getvariable('as_of') - 365 then goods - cost else 0 end) as decimal(18, 4))
        as margin_12m
from sold
where dated_on <= getvariable('as_of')
group by 1, 2
