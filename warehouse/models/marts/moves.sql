/*
Who stands where now, and where the month before.

grain:  customer_id
inputs: marts.customers, marts.last_snapshot
units:  revenue in the shop's currency over 12 months: now, or then for those who are gone
terms:  outside is nobody yet, merged into another person, or excluded
rules:  empty where the month before has no snapshot
*/
select
    coalesce(customers.customer_id, former.customer_id) as customer_id,
    coalesce(former.category, 'outside') as from_category,
    coalesce(customers.category, 'outside') as to_category,
    coalesce(customers.revenue_12m, former.revenue_12m) as revenue_12m,
    greatest(coalesce(customers.revenue_12m, 0), coalesce(former.revenue_12m, 0)) as weight
from marts.customers
full outer join marts.last_snapshot as former on former.customer_id = customers.customer_id
where exists (select 1 from marts.last_snapshot)
