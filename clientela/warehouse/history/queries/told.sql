/*
What a month end says of everybody, and what was said of them the month before where it matters still.
*/
with named as (
    select
        judged.customer_id,
        category_of(
            coalesce(judged.purchases, 0),
            judged.lost_kind,
            coalesce(fans.is_fan, false),
            origins.person_no is not null,
            coalesce(evidence.is_touched, false)
        ) as category,
        judged.lost_kind,
        judged.is_late,
        fans.score as fan_score,
        coalesce(judged.revenue_12m, 0) as revenue_12m
    from steps.judged
    left join marts.fan_scores as fans on fans.person_no = judged.person_no
    left join steps.referral_origins as origins on origins.person_no = judged.person_no
    left join steps.evidence as evidence on evidence.person_no = judged.person_no
    where judged.is_known and judged.exclusion is null
)

select
    named.customer_id,
    named.category,
    named.lost_kind,
    named.is_late,
    case when named.category = 'lost' then coalesce(former.lost_on, getvariable('as_of')) end as lost_on,
    coalesce(former.times_lost, 0)
    + case when named.category = 'lost' and coalesce(former.category, '') <> 'lost' then 1 else 0 end as times_lost,
    named.fan_score,
    named.revenue_12m
from named
left join carry.former as former on former.customer_id = named.customer_id
