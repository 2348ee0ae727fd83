/*
What the people whom somebody referred have spent.

grain:  person_no (the referrer)
inputs: marts.referral_origins, marts.activity
units:  brought_revenue in the shop's currency over 12 months
*/
select
    origins.referrer_no as person_no,
    count(*) as brought_people,
    count(origins.first_purchase_on) as brought_buyers,
    coalesce(sum(activity.revenue_12m), 0) as brought_revenue
from marts.referral_origins as origins
left join marts.activity on activity.person_no = origins.person_no
where origins.referrer_no is not null
group by origins.referrer_no
