/*
What a new customer has brought by each month of age, without counting months that nobody could have seen yet.

grain:  months
inputs: steps.new_people, steps.sales_by_age
units:  value in the shop's currency a head, purchases a head; people are those who have been seen for so long
terms:  value adds, month of age by month of age, the sales of those whose month is fully seen over their number;
        low and high are the ends of its 95 % interval, taken over the days of first purchase
rules:  people first seen during the burn-in are left out; five years at most; low and high are null under twenty
        days of first purchase or twenty people
*/
with digits (digit) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
),

ages as (
    select 10 * tens.digit + ones.digit as age_month
    from digits as tens
    cross join digits as ones
    where
        tens.digit < 6
        and 10 * tens.digit + ones.digit < (select max(months) from steps.new_people)
),

money as (
    select first_purchase_on, age_month, sum(goods) as goods, sum(purchases) as purchases
    from steps.sales_by_age
    group by first_purchase_on, age_month
),

grid as (
    select
        new_people.first_purchase_on,
        ages.age_month,
        case when ages.age_month < new_people.months then cast(new_people.people as double) else 0 end as people,
        case when ages.age_month < new_people.months then coalesce(cast(money.goods as double), 0) else 0 end
            as goods,
        case when ages.age_month < new_people.months then coalesce(money.purchases, 0) else 0 end as purchases
    from steps.new_people
    cross join ages
    left join money
        on money.first_purchase_on = new_people.first_purchase_on and money.age_month = ages.age_month
),

means as (
    select
        age_month,
        sum(people) as people,
        sum(case when people > 0 then 1 else 0 end) as days,
        sum(goods) / sum(people) as value,
        sum(purchases) / sum(people) as purchases
    from grid
    group by age_month
),

parts as (
    select
        grid.age_month,
        sum((grid.goods - grid.people * means.value) / means.people) over (
            partition by grid.first_purchase_on order by grid.age_month
        ) as part
    from grid
    inner join means on means.age_month = grid.age_month
),

spreads as (
    select
        age_month,
        sqrt(sum(pow(part, 2)) * count(*) / greatest(count(*) - 1, 1)) as standard_error
    from parts
    group by age_month
),

running as (
    select
        age_month,
        people,
        days,
        sum(value) over (order by age_month) as value,
        sum(purchases) over (order by age_month) as purchases
    from means
)

select
    running.age_month + 1 as months,
    cast(running.people as bigint) as people,
    running.value,
    case when running.days >= 20 and running.people >= 20 then running.value - 1.959964 * spreads.standard_error end
        as low,
    case when running.days >= 20 and running.people >= 20 then running.value + 1.959964 * spreads.standard_error end
        as high,
    running.purchases
from running
inner join spreads on spreads.age_month = running.age_month
