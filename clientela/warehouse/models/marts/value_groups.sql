/*
What customers have brought so far and are expected to bring, group by group.

grain:  dimension, member
inputs: marts.customer_value, marts.expected_value, marts.maturity
units:  the shop's currency a head; total of all; people
terms:  dimension is all, repeat (two purchases or more), mature (first purchase at least a year ago), category, origin or
        kind; mean is the historic value, low and high its 95 % interval; expected_mean is what the next twelve months are
        expected to bring, life_mean both together; margin_mean is null where costs are not known
rules:  nothing is expected of anybody while that question cannot be answered yet (marts.maturity, expected_12m): the
        four last columns are null; low and high are null under twenty people; of origins the six with most people stand alone
*/
with sizes as (
    select origin, row_number() over (order by count(*) desc, origin) as place
    from marts.customer_value
    group by origin
),

people as (
    select
        bought.category,
        case when sizes.place <= 6 then bought.origin else 'other' end as origin,
        bought.kind,
        bought.purchases,
        bought.first_purchase_on,
        bought.revenue_total,
        cast(bought.revenue_total as double) as revenue,
        cast(bought.margin_total as double) as margin,
        case when asked.available then expected.expected_12m end as expected_12m
    from marts.customer_value as bought
    inner join marts.maturity as asked on asked.answer = 'expected_12m'
    inner join sizes on sizes.origin = bought.origin
    inner join marts.expected_value as expected on expected.person_no = bought.person_no
),

members as (
    select 'all' as dimension, 'all' as member, revenue_total, revenue, margin, expected_12m from people
    union all
    select 'repeat', 'repeat', revenue_total, revenue, margin, expected_12m from people where purchases >= 2
    union all
    select 'mature', 'mature', revenue_total, revenue, margin, expected_12m
    from people
    where first_purchase_on <= getvariable('as_of') - 365
    union all
    select 'category', category, revenue_total, revenue, margin, expected_12m from people
    union all
    select 'origin', origin, revenue_total, revenue, margin, expected_12m from people
    union all
    select 'kind', kind, revenue_total, revenue, margin, expected_12m from people
)

select
    dimension,
    member,
    count(*) as people,
    cast(sum(revenue_total) as decimal(18, 2)) as total,
    avg(revenue) as mean,
    case when count(*) >= 20 then avg(revenue) - 1.959964 * stddev_samp(revenue) / sqrt(count(*)) end as low,
    case when count(*) >= 20 then avg(revenue) + 1.959964 * stddev_samp(revenue) / sqrt(count(*)) end as high,
    quantile_cont(revenue, 0.5) as median,
    quantile_cont(revenue, 0.9) as p90,
    avg(margin) as margin_mean,
    avg(expected_12m) as expected_mean,
    avg(revenue + expected_12m) as life_mean,
    case
        when count(*) >= 20
            then avg(revenue + expected_12m) - 1.959964 * stddev_samp(revenue + expected_12m) / sqrt(count(*))
    end as life_low,
    case
        when count(*) >= 20
            then avg(revenue + expected_12m) + 1.959964 * stddev_samp(revenue + expected_12m) / sqrt(count(*))
    end as life_high
from members
group by dimension, member
