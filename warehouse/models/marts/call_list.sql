/*
Whom to call tomorrow: the late, then those lost in the last ninety days.

grain:  customer_id
inputs: marts.customers, marts.consent_state
units:  at_stake = (1 - chance) * 12-month revenue, in the shop's currency; can_call yes, ask or no
rules:  late people first, then the lost of the last 90 days by left_on; each by at_stake, ties by id;
        nobody who must not be contacted, was erased, or cannot come back
*/
with callable as (
    select
        customers.customer_id,
        customers.name,
        customers.phone,
        customers.email,
        case when customers.is_late then 'late' else 'lost' end as kind,
        customers.category,
        customers.purchases,
        customers.last_purchase_on,
        case when customers.purchases > 1 then customers.own_gap_days end as own_gap_days,
        customers.silent_days,
        customers.late_after_days,
        customers.silence_allowed_days,
        customers.chance,
        customers.revenue_12m,
        cast((1 - customers.chance) * customers.revenue_12m as decimal(18, 4)) as at_stake,
        coalesce(consents.phone, 'ask') as can_call,
        coalesce(consents.email = 'yes', false) as consent_email
    from marts.customers
    left join marts.consent_state as consents on consents.person_no = customers.person_no
    where
        customers.is_listed and not customers.do_not_contact and customers.ending is null
        and (
            customers.is_late
            or (
                customers.category = 'lost'
                and customers.left_on between getvariable('as_of') - 89 and getvariable('as_of')
            )
        )
)

select
    row_number() over (
        order by case kind when 'late' then 0 else 1 end, at_stake desc, customer_id
    ) as position,
    callable.*
from callable
order by position
