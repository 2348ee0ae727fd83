/*
Fans pass every gate, and there are no more of them than fan_share of the base allows.

rule: at most floor(fan_share * base + 1/2), the base being everybody with two purchases who is not lost
*/
with base as (
    select
        count(*) as people,
        count(*) filter (where is_fan) as fans,
        count(*) filter (where is_fan and failed_gate is not null) as fans_who_fail,
        count(*) filter (where is_fan and is_near_fan) as fans_and_near
    from marts.fan_scores
)

select *
from base
where fans > floor(getvariable('fan_share') * people + 0.5) or fans_who_fail > 0 or fans_and_near > 0
