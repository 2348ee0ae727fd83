/*
The purchases that stand at the report's date.

grain:  person_no, nth
inputs: marts.purchase_sequence, marts.replayed_purchases
stored: view
units:  gap_days in open days, null on the first purchase
*/
select person_no, purchased_on, open_day, nth, gap_days
from marts.purchase_sequence
where
    not needs_replay
    and purchased_on <= getvariable('as_of')
    and opens_purchase
union all
select person_no, purchased_on, open_day, nth, gap_days
from marts.replayed_purchases
