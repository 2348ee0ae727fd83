/*
People whom we have reached in the last ninety days.

grain:  person_no
inputs: marts.touches
stored: view
rules:  outbound only; a message that bounced, or is only known to have been sent, reached nobody
*/
select distinct person_no
from marts.touches
where reached > 0 and touched_on >= getvariable('as_of') - 89
