/*
The coupons that end in the next seven days, with who holds them.

grain:  code, source
inputs: steps.coupons_open, marts.customers, steps.consent_state
units:  value as printed on the coupon; days_left counts from the report's date
terms:  can_call is yes, ask or no
rules:  listed people only; those who must not be contacted or cannot come back are left out; the first to end first
*/
with due as (
    select
        coupons.code,
        coupons.source,
        customers.customer_id,
        customers.name,
        customers.phone,
        customers.email,
        customers.category,
        customers.purchases,
        customers.last_purchase_on,
        customers.revenue_12m,
        coupons.offer_type,
        coupons.value,
        coupons.value_type,
        coupons.issued_on,
        coupons.valid_until,
        coupons.valid_until - getvariable('as_of') as days_left,
        coalesce(consents.phone, 'ask') as can_call,
        coalesce(consents.email = 'yes', false) as consent_email
    from steps.coupons_open as coupons
    inner join marts.customers on customers.person_no = coupons.person_no
    left join steps.consent_state as consents on consents.person_no = coupons.person_no
    where
        coupons.valid_until between getvariable('as_of') + 1 and getvariable('as_of') + 7
        and customers.is_listed and not customers.do_not_contact and customers.ending is null
)

select
    row_number() over (order by valid_until, revenue_12m desc, code, source) as position,
    due.*
from due
order by position
