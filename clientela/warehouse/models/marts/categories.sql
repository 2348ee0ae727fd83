/*
The category of everybody: the product's answer.

grain:  person_no
inputs: marts.people, marts.purchase_rhythm, steps.states, marts.fan_scores, steps.evidence,
        steps.referral_origins
rules:  first match wins: lost, buyer (one purchase), fan, customer; without purchases referral, prospect, potential;
        excluded people are outside the seven;
        referral_scope moves the border between referral and the categories after it
*/
with judged as (
    select
        people.person_no,
        coalesce(rhythm.purchases, 0) as purchases,
        states.lost_kind,
        coalesce(states.is_late, false) as is_late,
        coalesce(fans.is_fan, false) as is_fan,
        origins.person_no is not null as is_referred,
        coalesce(evidence.is_touched, false) as is_touched
    from marts.people
    left join marts.purchase_rhythm as rhythm on rhythm.person_no = people.person_no
    left join steps.states on states.person_no = people.person_no
    left join marts.fan_scores as fans on fans.person_no = people.person_no
    left join steps.referral_origins as origins on origins.person_no = people.person_no
    left join steps.evidence on evidence.person_no = people.person_no
    where people.exclusion is null
)

select
    person_no,
    case
        when purchases = 0 and is_referred then 'referral'
        when purchases = 0 and is_touched then 'prospect'
        when purchases = 0 then 'potential'
        when lost_kind is not null then 'lost'
        when is_referred and purchases = 1 and getvariable('referral_scope') = 'until_second_purchase' then 'referral'
        when is_referred and getvariable('referral_scope') = 'always' then 'referral'
        when purchases = 1 then 'buyer'
        when is_fan then 'fan'
        else 'customer'
    end as category,
    purchases,
    lost_kind,
    is_late
from judged
