/*
Every purchaser as the shop knew them at one day.

grain:  person_no
inputs: backtest_spells, backtest_replayed, backtest_given_back
units:  *_day numbers days from 1970-01-01, *_open_day open days; total and first_total in the shop's currency, less
        the refunds dated by the day
terms:  next_day is the day of the next purchase, 2147483647 where there is none
*/
with known as (
    select
        person_no, purchases, first_day, first_open_day, second_open_day, last_open_day, next_day, total, first_total
    from backtest_spells
    where from_day <= getvariable('state_day') and next_day > getvariable('state_day')
    union all
    select
        person_no,
        max(nth),
        min(from_day),
        min(open_day),
        coalesce(min(case when nth = 2 then open_day end), 0),
        max(open_day),
        min(next_day),
        cast(sum(goods) as double),
        cast(sum(case when nth = 1 then goods else 0 end) as double)
    from backtest_replayed
    where state_on = date '1970-01-01' + getvariable('state_day')
    group by person_no
),

returned as (
    select person_no, purchase_day, sum(goods) as goods
    from backtest_given_back
    where refunded_day <= getvariable('state_day') and void_day > getvariable('state_day')
    group by person_no, purchase_day
),

returned_in_all as (
    select person_no, sum(goods) as goods
    from returned
    group by person_no
)

select
    known.person_no,
    known.purchases,
    known.first_day,
    known.first_open_day,
    known.second_open_day,
    known.last_open_day,
    known.next_day,
    known.total + coalesce(cast(returned_in_all.goods as double), 0) as total,
    known.first_total + coalesce(cast(returned.goods as double), 0) as first_total
from known
left join returned_in_all on returned_in_all.person_no = known.person_no
left join returned on returned.person_no = known.person_no and returned.purchase_day = known.first_day
