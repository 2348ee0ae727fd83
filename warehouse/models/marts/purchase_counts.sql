/*
How often each person has bought, and when first, second and last.

grain:  person_no
inputs: marts.standing_purchases
units:  *_open_day numbers open days (staging.calendar)
*/
select
    person_no,
    cast(count(*) as integer) as purchases,
    min(purchased_on) as first_purchase_on,
    max(purchased_on) as last_purchase_on,
    min(open_day) as first_open_day,
    max(open_day) as last_open_day,
    min(case when nth = 2 then open_day end) as second_open_day
from marts.standing_purchases
group by person_no
