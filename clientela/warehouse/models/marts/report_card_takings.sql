/*
What each month was expected to bring from the customers known when it began, and what it brought.

grain:  predicted_on
inputs: history.graded_takings, history.prediction_sets, history.report_cards
units:  sales of the calendar month after predicted_on, in the shop's currency
terms:  same is the same sum a month before, which "same as last month" would have said; expected is what a report made
        before this one had said, where there was one, else what was expected from the rows known then
rules:  the months of the newest report; what was expected is multiplied by the median of what had come of what was
        expected in the three months before (two at least, 0.5 to 2); same is given, and the month compared, where that
        is known
*/
with report as (
    select as_of, made_at from history.prediction_sets
    where as_of = (select max(as_of) from history.prediction_sets where as_of <= getvariable('as_of'))
),

written as (
    select sets.*
    from history.prediction_sets as sets
    inner join report on sets.made_at <= report.made_at
),

known as (
    select
        takings.*,
        lag(takings.as_of) over (order by takings.as_of) as former_on,
        lag(takings.actual) over (order by takings.as_of) as former,
        count(*) over before as months_known,
        median(takings.actual / nullif(takings.expected, 0)) over before as ratio
    from history.graded_takings as takings
    inner join history.report_cards as cards on cards.predicted_on = takings.as_of
    inner join report on report.as_of = cards.as_of
    where takings.as_of < getvariable('as_of')
    window before as (order by takings.as_of rows between 3 preceding and 1 preceding)
),

said as (
    select
        known.*,
        sets.as_of is not null as is_written,
        case
            when sets.as_of is not null then cast(sets.expected_next_month as double)
            when known.months_known >= 2 then known.expected * greatest(0.5, least(2.0, coalesce(known.ratio, 1.0)))
            else known.expected
        end as said
    from known
    left join written as sets on sets.as_of = known.as_of
)

select
    as_of as predicted_on,
    is_written,
    said as expected,
    actual,
    case when as_of - former_on <= 31 and (months_known >= 2 or is_written) then former end as same
from said
order by as_of
