/*
The purchases that stand at the report's date.

grain:  person_no, nth
inputs: marts.purchases
stored: view
units:  gap_days in open days
rules:  a purchase stands from its day until the day on which refunds void it;
        recurring contracts are left out unless the person has nothing else
*/
with replayed as (
    select
        person_no,
        purchased_on,
        open_day,
        is_recurring,
        bool_and(is_recurring) over (partition by person_no) as has_only_contracts
    from marts.purchases
    where
        needs_replay
        and purchased_on <= getvariable('as_of')
        and (void_on is null or void_on > getvariable('as_of'))
)

select person_no, purchased_on, open_day, nth, gap_days
from marts.purchases
where not needs_replay and purchased_on <= getvariable('as_of')
union all
select
    person_no,
    purchased_on,
    open_day,
    cast(row_number() over (partition by person_no order by purchased_on) as integer) as nth,
    open_day - lag(open_day) over (partition by person_no order by purchased_on) as gap_days
from replayed
where has_only_contracts or not is_recurring
