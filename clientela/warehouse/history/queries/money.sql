/*
What counts in a person's revenue and is no purchase: refunds, and orders of next to nothing.
*/
select person_no, dated_on, goods
from steps.refunds
union all
select account_no, ordered_on, goods
from staging.other_orders
where account_no is not null and counts and goods between 0 and getvariable('min_net_amount')
