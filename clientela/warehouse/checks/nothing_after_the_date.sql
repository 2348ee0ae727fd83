/*
Nothing that happened after the report's date is in the answer.

rule: purchases, claims and first sightings are dated by the report's date
*/
select 'purchase' as what, customer_id, last_purchase_on as happened_on
from marts.customers
where last_purchase_on > getvariable('as_of')
union all
select 'claim', customer_id, claimed_on
from marts.customers
where claimed_on > getvariable('as_of')
union all
select 'sighting', customer_id, first_seen_on
from marts.customers
where first_seen_on > getvariable('as_of')
union all
select 'leaving', customer_id, left_on
from marts.customers
where left_on > getvariable('as_of')
