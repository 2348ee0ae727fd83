/*
Everybody at the first month end of a run, as the models of that day say; who is seen later has bought nothing yet.

place is the order of the ids, which breaks ties as they do.
*/
select
    accounts.account_no as person_no,
    cast(row_number() over (order by accounts.public_id) as integer) as place,
    accounts.has_vat_number,
    accounts.seen_on,
    cast(null as varchar) as kind,
    cast(null as varchar) as exclusion,
    cast(null as varchar) as ending,
    cast(null as boolean) as has_veto,
    coalesce(standing.is_known, false) as is_known,
    coalesce(standing.purchases, 0) as purchases,
    standing.first_purchase_on,
    standing.last_purchase_on,
    standing.first_open_day,
    standing.last_open_day,
    cast(coalesce(standing.revenue_12m, 0) as decimal(18, 4)) as revenue_12m
from staging.accounts
left join steps.standing as standing on standing.person_no = accounts.account_no
