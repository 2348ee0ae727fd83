/*
From each purchase of a customer to the next: between the two, what is known of them stays the same.

grain:  person_no, purchases
inputs: steps.purchase_sequence, steps.replayed_people
units:  *_day numbers days from 1970-01-01, *_open_day open days; total and first_total in the shop's currency
terms:  the state of a customer at a day is the one spell with from_day <= day < next_day;
        next_day is 2147483647 after the last purchase
rules:  orders after the report's date are left out; those whose history depends on the date asked are not here but in
        replayed_standing
*/
with bought as (
    select sequence.*
    from steps.purchase_sequence as sequence
    left join steps.replayed_people as replayed on replayed.person_no = sequence.person_no
    where replayed.person_no is null and sequence.purchased_on <= getvariable('as_of')
),

beginnings as (
    select
        person_no,
        min(purchased_on) as first_on,
        min(open_day) as first_open_day,
        min(case when nth = 2 then open_day end) as second_open_day,
        sum(case when nth = 1 then goods else 0 end) as first_total
    from bought
    where nth <= 2
    group by person_no
),

marked as (
    select
        person_no,
        nth,
        purchased_on,
        open_day,
        sum(goods) over (history rows unbounded preceding) as total,
        lead(purchased_on) over history as next_on
    from bought
    -- The last order of a day carries the day's total; those before it are dropped below.
    window history as (partition by person_no order by purchased_on, goods)
)

select
    marked.person_no,
    marked.nth as purchases,
    cast(marked.purchased_on - date '1970-01-01' as integer) as from_day,
    cast(coalesce(marked.next_on - date '1970-01-01', 2147483647) as integer) as next_day,
    cast(beginnings.first_on - date '1970-01-01' as integer) as first_day,
    beginnings.first_open_day,
    coalesce(beginnings.second_open_day, 0) as second_open_day,
    marked.open_day as last_open_day,
    cast(marked.total as double) as total,
    cast(beginnings.first_total as double) as first_total
from marked
inner join beginnings on beginnings.person_no = marked.person_no
where marked.next_on is distinct from marked.purchased_on
