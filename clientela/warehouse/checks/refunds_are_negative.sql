/*
A refund takes money away, and never from a day after its own.

rule: goods below zero; a refund counts from its own date or from the order's, whichever is later
*/
select source, row_key, goods, takes_from_on, refunded_on
from steps.refunds
where goods is null or goods >= 0 or takes_from_on is null or refunded_on < takes_from_on
