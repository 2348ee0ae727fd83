/*
The few people whose history depends on the date asked: a refund undid a purchase, or they pay by contract.

grain:  person_no
inputs: steps.refunded_days, staging.other_orders, marts.identity
*/
select person_no from steps.refunded_days
where void_on is not null
union
select person_of(identity.person_no, o.account_no)
from staging.other_orders as o
left join marts.identity on identity.account_no = o.account_no
where o.is_recurring
