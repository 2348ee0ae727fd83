/*
Where people stop for good, and what they would have spent like those who went on.

grain:  step
inputs: steps.ladder_people, steps.ladder_orders, marts.customers
units:  value_12m and leak in the shop's currency; lost people are counts
terms:  step n counts those who stopped after exactly n purchases (step 4 leads to the fifth); people is everybody who ever
        made the n-th; value_12m is the mean spent in the 365 days that begin with the next purchase by the observed
        people who made it at least 365 days ago; leak_12m is lost_12m times value_12m
rules:  lost by the category rules: longer away than the own rhythm, or than the shop's first-repeat window, allows;
        lost_12m were left in the 365 days that end with the report's date; value_12m is null for fewer than 20 observed
        people, leak_12m with it; it is what those who stayed spend, so an upper hint of what the others would have
*/
with steps as (
    select step from (values (1), (2), (3), (4)) as given (step)
),

stopped as (
    select
        customers.purchases as step,
        count(*) as lost,
        count(*) filter (
            where coalesce(customers.left_on, customers.lost_on) > getvariable('as_of') - 365
        ) as lost_12m,
        count(*) filter (
            where coalesce(customers.left_on, customers.lost_on)
            > cast(date_trunc('month', getvariable('as_of')) as date) - 1
        ) as lost_this_month
    from marts.customers
    inner join steps.ladder_people as people on people.person_no = customers.person_no
    where customers.category = 'lost' and customers.purchases <= 4
    group by customers.purchases
),

went_on as (
    select
        count(on_1) as people_1,
        count(on_2) as people_2,
        count(on_3) as people_3,
        count(on_4) as people_4,
        count(*) filter (where on_2 <= getvariable('as_of') - 364) as seen_1,
        count(*) filter (where on_3 <= getvariable('as_of') - 364) as seen_2,
        count(*) filter (where on_4 <= getvariable('as_of') - 364) as seen_3,
        count(*) filter (where on_5 <= getvariable('as_of') - 364) as seen_4,
        sum(case when on_2 <= getvariable('as_of') - 364 then spent_after_1 end) as spent_1,
        sum(case when on_3 <= getvariable('as_of') - 364 then spent_after_2 end) as spent_2,
        sum(case when on_4 <= getvariable('as_of') - 364 then spent_after_3 end) as spent_3,
        sum(case when on_5 <= getvariable('as_of') - 364 then spent_after_4 end) as spent_4
    from steps.ladder_people as people
    left join steps.ladder_orders as orders on orders.person_no = people.person_no
),

per_step as (
    select 1 as step, people_1 as people, seen_1 as observed, spent_1 as spent from went_on
    union all
    select 2, people_2, seen_2, spent_2 from went_on
    union all
    select 3, people_3, seen_3, spent_3 from went_on
    union all
    select 4, people_4, seen_4, spent_4 from went_on
)

select
    steps.step,
    per_step.people,
    coalesce(stopped.lost, 0) as lost,
    coalesce(stopped.lost_12m, 0) as lost_12m,
    coalesce(stopped.lost_this_month, 0) as lost_this_month,
    per_step.observed,
    case when per_step.observed >= 20 then cast(per_step.spent / per_step.observed as decimal(18, 2)) end as value_12m,
    case
        when per_step.observed >= 20
            then cast(coalesce(stopped.lost_12m, 0) * (per_step.spent / per_step.observed) as decimal(18, 2))
    end as leak_12m
from steps
inner join per_step on per_step.step = steps.step
left join stopped on stopped.step = steps.step
