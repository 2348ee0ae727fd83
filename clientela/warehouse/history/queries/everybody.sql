/*
Everybody at the first month end of a run, as the models of that day say; who is seen later has nothing yet.

place is the order of the ids, by which ties are broken. category is that without fans, who are told apart at the end.
*/
select
    accounts.account_no as person_no,
    cast(row_number() over (order by accounts.public_id) as integer) as place,
    accounts.has_vat_number as is_firm,
    accounts.seen_on,
    coalesce(activity.purchases, 0) as purchases,
    activity.first_purchase_on,
    activity.last_purchase_on,
    activity.first_open_day,
    activity.last_open_day,
    cast(coalesce(activity.revenue_12m, 0) as decimal(18, 4)) as revenue_12m,
    case when told.category = 'fan' then 'customer' else told.category end as category,
    told.lost_kind,
    coalesce(told.is_late, false) as is_late,
    told.lost_on,
    coalesce(told.times_lost, 0) as times_lost,
    cast(null as integer) as silent_days,
    cast(null as double) as limit_days,
    false as has_veto
from staging.accounts
left join marts.activity on activity.person_no = accounts.account_no
left join carry.told on told.customer_id = accounts.public_id
