/*
What a snapshot says of everybody, from the rows that are carried.
*/
select
    accounts.public_id as customer_id,
    case when fans.is_fan and everybody.category = 'customer' then 'fan' else everybody.category end as category,
    everybody.lost_kind,
    everybody.is_late,
    everybody.lost_on,
    everybody.times_lost,
    fans.score as fan_score,
    everybody.revenue_12m
from carry.everybody
inner join staging.accounts on accounts.account_no = everybody.person_no
left join marts.fan_scores as fans on fans.person_no = everybody.person_no
where everybody.category is not null
