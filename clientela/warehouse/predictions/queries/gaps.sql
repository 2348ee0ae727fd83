/*
How many gaps between two purchases had ended by one day, by their length.

grain:  gap_days
inputs: steps.gap_counts, backtest_replayed
units:  gap_days in open days; gaps is a count
*/
with known as (
    select gap_days, gaps
    from steps.gap_counts
    where purchased_on <= date '1970-01-01' + getvariable('state_day')
    union all
    select gap_days, 1
    from backtest_replayed
    where gap_days is not null and state_on = date '1970-01-01' + getvariable('state_day')
)

select gap_days, cast(sum(gaps) as bigint) as gaps
from known
group by gap_days
order by gap_days
