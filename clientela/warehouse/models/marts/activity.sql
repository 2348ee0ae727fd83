/*
What each person has bought by the report's date: how often, when first and last, for how much.

grain:  person_no
inputs: steps.standing
stored: view
units:  *_open_day numbers open days (staging.calendar); revenue in the shop's currency, goods net of VAT where
        known, without shipping
rules:  refunds are taken off at their own date, so that revenue may be negative;
        12 months are the 365 days that end with the report's date; purchases is 0 where only a refund is known
*/
select
    person_no,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    second_open_day,
    revenue_total,
    revenue_12m
from steps.standing
where has_dealt
