/*
From the links given to the customers who came through them.

grain:  step
inputs: raw.referral_links, raw.referral_clicks, steps.friends
units:  links are people who hold or held one; opened are openings, arrived to customers are people
terms:  number is null where no file tells: the links and their openings come from the referral server
rules:  from the start to the report's date
*/
with links as (
    select count(distinct customer_id) as people, count(*) as links
    from raw.referral_links
    where cast(made_at as date) <= getvariable('as_of')
),

opened as (
    select sum(people) as people, sum(visitors) as visitors
    from raw.referral_clicks
    where day <= getvariable('as_of')
),

friends as (
    select
        count(*) as arrived,
        count(first_purchase_on) as bought,
        count(*) filter (where purchases >= 2) as customers
    from steps.friends
)

select 'links' as step, 1 as position, case when links > 0 then people end as number from links
union all
select 'opened', 2, cast(people as bigint) from opened
union all
select 'arrived', 3, arrived from friends
union all
select 'bought', 4, bought from friends
union all
select 'customers', 5, customers from friends
