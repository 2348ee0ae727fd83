/*
The purchases that stand at the report's date.

grain:  person_no, nth
inputs: steps.purchase_sequence, steps.replayed_people, steps.replayed_purchases
stored: view
units:  gap_days in open days, null on the first purchase
*/
select bought.person_no, bought.purchased_on, bought.open_day, bought.nth, bought.gap_days
from steps.purchase_sequence as bought
left join steps.replayed_people as replayed on replayed.person_no = bought.person_no
where
    replayed.person_no is null
    and bought.purchased_on <= getvariable('as_of')
    and bought.opens_purchase
union all
select person_no, purchased_on, open_day, nth, gap_days
from steps.replayed_purchases
