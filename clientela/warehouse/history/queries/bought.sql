/*
What was bought since the first window of the run began, in the order of the days, so that a month is found at once.
*/
select person_no, purchased_on, open_day, nth, opens_purchase, goods
from steps.purchase_sequence
where purchased_on > getvariable('as_of') - 365
order by purchased_on
