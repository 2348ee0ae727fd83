/*
Who is still in time for the next purchase on the ladder, and for how many days.

grain:  customer_id
inputs: marts.customers, marts.next_purchase, steps.consent_state, steps.coupons_open, staging.calendar
units:  days are open days; silent_days since the last purchase; dates are days of the calendar
terms:  step n leads from the n-th purchase to the next; days_left until the person counts as lost, ends_on that day;
        expected_on is the day by which half of those with this history have come back, expected_from and expected_to the
        days by which a fifth and four fifths have; can_call is yes, ask or no; offer is what the person holds,
        offer_until its last day
rules:  people of one to four purchases who have not left, may be contacted and can come back; fewest days left first,
        then by what they have spent
*/
with waiting as (
    select
        customers.customer_id,
        customers.person_no,
        customers.name,
        customers.phone,
        customers.email,
        customers.category,
        customers.purchases as step,
        customers.last_purchase_on,
        customers.last_open_day,
        customers.silent_days,
        customers.revenue_total,
        customers.revenue_12m,
        cast(floor(customers.limit_days) as integer) as limit_days
    from marts.customers
    where
        customers.category in ('buyer', 'customer', 'fan') and customers.purchases between 1 and 4
        and customers.is_listed and not customers.do_not_contact and customers.ending is null
        and customers.silent_days <= customers.limit_days
)

select
    row_number() over (
        order by waiting.limit_days - waiting.silent_days, waiting.revenue_total desc, waiting.customer_id
    ) as position,
    waiting.customer_id,
    waiting.name,
    waiting.phone,
    waiting.email,
    waiting.category,
    waiting.step,
    waiting.last_purchase_on,
    waiting.silent_days,
    waiting.limit_days - waiting.silent_days as days_left,
    ends.day as ends_on,
    expected.from_on as expected_from,
    expected.expected_on,
    expected.until_on as expected_to,
    waiting.revenue_total,
    waiting.revenue_12m,
    coalesce(consents.phone, 'ask') as can_call,
    coalesce(consents.email = 'yes', false) as consent_email,
    held.offer_type as offer,
    held.valid_until as offer_until
from waiting
left join staging.calendar as ends
    on ends.open_day = waiting.last_open_day + waiting.limit_days and not ends.is_closed
left join marts.next_purchase as expected on expected.person_no = waiting.person_no
left join steps.consent_state as consents on consents.person_no = waiting.person_no
left join steps.coupons_open as held on held.person_no = waiting.person_no and held.place = 1
order by position
