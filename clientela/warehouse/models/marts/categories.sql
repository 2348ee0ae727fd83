/*
The category of everybody: the product's answer.

grain:  person_no
inputs: steps.judged, marts.fan_scores, steps.evidence, steps.referral_origins
rules:  first match wins: lost, buyer (one purchase), fan, customer; without purchases referral, prospect, potential;
        excluded people are outside the seven;
        referral_scope moves the border between referral and the categories after it
*/
with people as (
    select
        judged.person_no,
        coalesce(judged.purchases, 0) as purchases,
        judged.lost_kind,
        judged.is_late,
        coalesce(fans.is_fan, false) as is_fan,
        origins.person_no is not null as is_referred,
        coalesce(evidence.is_touched, false) as is_touched
    from steps.judged
    left join marts.fan_scores as fans on fans.person_no = judged.person_no
    left join steps.referral_origins as origins on origins.person_no = judged.person_no
    left join steps.evidence on evidence.person_no = judged.person_no
    where judged.is_known and judged.exclusion is null
)

select
    person_no,
    category_of(purchases, lost_kind, is_fan, is_referred, is_touched) as category,
    purchases,
    lost_kind,
    is_late
from people
