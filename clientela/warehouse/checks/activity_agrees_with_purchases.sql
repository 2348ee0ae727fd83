/*
The sum of a person's history says what the history says.

rule: as many purchases as the last one's number, the first and the last day alike
*/
with counted as (
    select
        person_no,
        max(nth) as purchases,
        min(purchased_on) as first_purchase_on,
        max(purchased_on) as last_purchase_on
    from steps.standing_purchases
    group by person_no
)

select
    coalesce(activity.person_no, counted.person_no) as person_no,
    activity.purchases as purchases_told,
    counted.purchases as purchases_counted
from (select * from marts.activity where purchases > 0) as activity
full outer join counted on counted.person_no = activity.person_no
where
    activity.purchases is distinct from counted.purchases
    or activity.first_purchase_on is distinct from counted.first_purchase_on
    or activity.last_purchase_on is distinct from counted.last_purchase_on
