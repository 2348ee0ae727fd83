/*
How many of those known at one day then bought nothing for the horizon, by purchases and silence.

grain:  bucket, silent_days, overdue
inputs: states (the query of that name)
units:  silent_days in open days; people and silent are counts
terms:  bucket has the lower edges 1, 2, 3, 5, 8 and 15 purchases; overdue is 1 where the silence is over twice the
        own mean gap, 0 where it is not, 2 with one purchase
*/
select
    cast(purchases >= 2 as integer) + cast(purchases >= 3 as integer) + cast(purchases >= 5 as integer)
    + cast(purchases >= 8 as integer) + cast(purchases >= 15 as integer) as bucket,
    getvariable('state_open_day') - last_open_day as silent_days,
    case
        when purchases = 1 then 2
        when (getvariable('state_open_day') - last_open_day) * (purchases - 1)
            > 2 * (last_open_day - first_open_day) then 1
        else 0
    end as overdue,
    count(*) as people,
    count(*) filter (where next_day > getvariable('state_day') + getvariable('horizon_days')) as silent
from backtest_states
group by all
