/*
What the people whom somebody referred have spent, and those whom these referred in turn.

grain:  person_no (the referrer)
inputs: steps.referral_origins, marts.activity
units:  brought_revenue and second_revenue in the shop's currency over 12 months
terms:  brought are the people whom the person referred, second those whom these referred
*/
with friends as (
    select
        origins.person_no,
        origins.referrer_no,
        origins.first_purchase_on is not null as has_bought,
        coalesce(activity.revenue_12m, 0) as revenue_12m
    from steps.referral_origins as origins
    left join marts.activity on activity.person_no = origins.person_no
    where origins.referrer_no is not null
),

levels as (
    select referrer_no as person_no, 1 as level, has_bought, revenue_12m
    from friends
    union all
    select above.referrer_no, 2, below.has_bought, below.revenue_12m
    from friends as below
    inner join friends as above on above.person_no = below.referrer_no
    where above.referrer_no <> below.person_no
)

select
    person_no,
    count(case when level = 1 then 1 end) as brought_people,
    count(case when level = 1 and has_bought then 1 end) as brought_buyers,
    coalesce(sum(case when level = 1 then revenue_12m end), 0) as brought_revenue,
    count(case when level = 2 then 1 end) as second_people,
    count(case when level = 2 and has_bought then 1 end) as second_buyers,
    coalesce(sum(case when level = 2 then revenue_12m end), 0) as second_revenue
from levels
group by person_no
