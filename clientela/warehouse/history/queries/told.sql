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
),

said as (
    select
        named.customer_id,
        named.category,
        named.lost_kind,
        named.is_late,
        case when named.category = 'lost' then coalesce(former.lost_on, getvariable('as_of')) end as lost_on,
        coalesce(former.times_lost, 0)
        + case when named.category = 'lost' and coalesce(former.category, '') <> 'lost' then 1 else 0 end as times_lost,
        named.fan_score,
        named.revenue_12m,
        former.category as former_category,
        former.lost_kind as former_lost_kind,
        former.is_late as former_is_late,
        former.lost_on as former_lost_on,
        former.times_lost as former_times_lost,
        former.fan_score as former_fan_score,
        former.revenue_12m as former_revenue_12m
    from named
    left join carry.former as former on former.customer_id = named.customer_id
)

select
    customer_id,
    category,
    lost_kind,
    is_late,
    lost_on,
    times_lost,
    fan_score,
    revenue_12m,
    coalesce(former_category = 'fan', false) as was_fan,
    category is distinct from former_category
    or lost_kind is distinct from former_lost_kind
    or is_late is distinct from former_is_late
    or lost_on is distinct from former_lost_on
    or times_lost is distinct from former_times_lost
    or fan_score is distinct from former_fan_score
    or revenue_12m is distinct from former_revenue_12m as is_changed
from said
