/*
The first purchase of the people of whom a claim says who sent them: what steps.referral_origins reads of
marts.activity.
*/
select person_no, min(purchased_on) as first_purchase_on
from steps.standing_purchases
where person_no in (select person_no from steps.referral_claims)
group by person_no
