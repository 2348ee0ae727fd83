/*
Everybody at the first month end of a run, as the models of that day say; who is seen later has bought nothing yet.

customer_id is the place among the ids, which breaks ties as they do.
*/
select
    accounts.account_no as person_no,
    names.place as customer_id,
    accounts.has_vat_number as is_b2b,
    accounts.seen_on as first_seen_on,
    coalesce(standing.purchases, 0) as purchases,
    standing.first_purchase_on,
    standing.last_purchase_on,
    standing.first_open_day,
    standing.last_open_day,
    cast(coalesce(standing.revenue_12m, 0) as decimal(18, 4)) as revenue_12m
from staging.accounts
inner join carry.names as names on names.person_no = accounts.account_no
left join steps.standing as standing on standing.person_no = accounts.account_no
