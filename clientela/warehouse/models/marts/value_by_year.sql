/*
What a new customer has brought by each month of age, apart for each year of first purchase.

grain:  year, months
inputs: steps.new_people, steps.sales_by_age
units:  value in the shop's currency a head
terms:  value is that of marts.value_curve among those who came in the year; people have been seen for so long, of
        the year's year_people
rules:  months that fewer than twenty people of the year have been seen for are left out, and those after them; three
        years of age at most
*/
with digits (digit) as (
    values (0), (1), (2), (3), (4), (5)
),

ages as (
    select 6 * sixes.digit + ones.digit as age_month
    from digits as sixes
    cross join digits as ones
),

money as (
    select first_purchase_on, age_month, sum(goods) as goods
    from steps.sales_by_age
    group by first_purchase_on, age_month
),

means as (
    select
        extract(year from new_people.first_purchase_on) as year,
        ages.age_month,
        sum(new_people.people) as people,
        coalesce(cast(sum(money.goods) as double), 0) / sum(new_people.people) as value
    from steps.new_people
    inner join ages on ages.age_month < new_people.months
    left join money
        on money.first_purchase_on = new_people.first_purchase_on and money.age_month = ages.age_month
    group by 1, 2
),

years as (
    select extract(year from first_purchase_on) as year, sum(people) as people
    from steps.new_people
    group by 1
)

select
    cast(means.year as integer) as year,
    means.age_month + 1 as months,
    cast(means.people as bigint) as people,
    cast(years.people as bigint) as year_people,
    sum(means.value) over (partition by means.year order by means.age_month) as value
from means
inner join years on years.year = means.year
where means.people >= 20
