/*
Whom to call tomorrow: the silent best customers, the late, then those lost in the last ninety days.

grain:  customer_id
inputs: marts.customers, steps.consent_state, marts.silent_best, steps.call_scores, marts.call_trial
units:  at_stake in the shop's currency: the chance that they stay away times 12-month revenue; that chance is 1 - chance,
        for the late P(silent) of steps.call_scores where the model has won there; can_call yes, ask or no
terms:  kind is late, lost, or silent for a silent best customer who is neither; silent_place is the place among the
        silent best customers, of the first ten; null for everybody else
rules:  the first ten silent best customers who may be contacted come first, in their own order; then late people, the
        other silent best ones, and the lost of the last 90 days by left_on, each by at_stake, ties by id;
        nobody who must not be contacted, was erased, cannot come back, or is left alone this month for comparison
*/
with silent as (
    select customer_id, row_number() over (order by position) as place
    from marts.silent_best
    where is_listed
),

callable as (
    select
        customers.customer_id,
        customers.name,
        customers.phone,
        customers.email,
        case when customers.is_late then 'late' when customers.category = 'lost' then 'lost' else 'silent' end as kind,
        customers.category,
        customers.purchases,
        customers.last_purchase_on,
        case when customers.purchases > 1 then customers.own_gap_days end as own_gap_days,
        customers.silent_days,
        customers.late_after_days,
        customers.silence_allowed_days,
        customers.chance,
        customers.revenue_12m,
        cast(
            case when customers.is_late then coalesce(scores.p_silent, 1 - customers.chance) else 1 - customers.chance end
            * customers.revenue_12m as decimal(18, 4)
        ) as at_stake,
        coalesce(consents.phone, 'ask') as can_call,
        coalesce(consents.email = 'yes', false) as consent_email,
        case when silent.place <= 10 then silent.place end as silent_place
    from marts.customers
    left join steps.consent_state as consents on consents.person_no = customers.person_no
    left join silent on silent.customer_id = customers.customer_id
    left join steps.call_scores as scores on scores.customer_id = customers.customer_id
    left join marts.call_trial as trial on trial.customer_id = customers.customer_id and trial.arm = 'hold_out'
    where
        customers.is_listed and not customers.do_not_contact and customers.ending is null
        and trial.customer_id is null
        and (
            customers.is_late
            or silent.customer_id is not null
            or (
                customers.category = 'lost'
                and customers.left_on between getvariable('as_of') - 89 and getvariable('as_of')
            )
        )
)

select
    row_number() over (
        order by
            coalesce(silent_place, 11),
            case kind when 'late' then 0 when 'silent' then 1 else 2 end,
            at_stake desc,
            customer_id
    ) as position,
    callable.*
from callable
order by position
