/*
steps.repeat_gaps at a date: the gaps from a person's first purchase to the last are those between two of them.
*/
with gaps as (
    select gap_days, gaps
    from steps.gap_counts
    where purchased_on <= getvariable('as_of')
    union all
    select gap_days, 1
    from steps.replayed_purchases
    where gap_days is not null
),

repeaters as (
    select people
    from carry.waits
    where second_on <= getvariable('as_of')
    union all
    select 1
    from steps.replayed_purchases
    where nth = 2
),

added as (
    select sum(gap_days * gaps) as open_days, sum(gaps) as repeats
    from gaps
),

counted as (
    select coalesce(sum(people), 0) as people
    from repeaters
)

select added.open_days, added.repeats, counted.people
from added
cross join counted
