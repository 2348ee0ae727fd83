/*
The purchases of each person are numbered 1, 2, 3 and so on, in the order of their days.

rule: no number is missing; a later purchase is on a later day, and the gap between two is the open days between
*/
with opened as (
    select
        person_no,
        purchased_on,
        open_day,
        nth,
        gap_days,
        row_number() over history as place,
        lag(purchased_on) over history as former_on,
        open_day - lag(open_day) over history as open_days_since
    from (select distinct person_no, purchased_on, open_day, nth, gap_days from steps.standing_purchases)
    window history as (partition by person_no order by nth, purchased_on)
)

select person_no, purchased_on, nth, place, gap_days, open_days_since
from opened
where nth <> place or former_on >= purchased_on or gap_days is distinct from open_days_since
