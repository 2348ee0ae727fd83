/*
What a snapshot says of everybody, from the models of its day.
*/
select
    people.customer_id,
    categories.category,
    categories.lost_kind,
    categories.is_late,
    case when categories.category = 'lost' then coalesce(former.lost_on, getvariable('as_of')) end as lost_on,
    coalesce(former.times_lost, 0)
    + case when categories.category = 'lost' and coalesce(former.category, '') <> 'lost' then 1 else 0 end
        as times_lost,
    fans.score as fan_score,
    coalesce(activity.revenue_12m, 0) as revenue_12m
from marts.categories
inner join marts.people on people.person_no = categories.person_no
left join marts.activity on activity.person_no = categories.person_no
left join marts.fan_scores as fans on fans.person_no = categories.person_no
left join (
    select customer_id, category, lost_on, times_lost
    from steps.last_snapshot
    where category = 'lost' or times_lost > 0
) as former on former.customer_id = people.customer_id
