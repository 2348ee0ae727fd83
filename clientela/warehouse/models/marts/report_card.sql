/*
Past month ends: what was predicted of the ninety days after from the rows known then, and what happened.

grain:  predicted_on
inputs: history.graded_origins, history.graded_ways, history.prediction_sets, history.report_cards
units:  Brier scores 0 (best) to 1; purchases count purchase days of the ninety days
terms:  way is written where a report made before this one had said it, else the tier of the newest report, else table;
        is_in_time says that the report was made before the ninety days were over; same_brier is that of "everybody does
        what they did in the ninety days before"; base_brier is that of the shop's share of silence
rules:  the month ends of the newest report, twelve at most, whose ninety days are over; expected purchases are multiplied
        by the median of what had come of what was expected at the last three month ends settled then (two at least,
        0.5 to 2)
*/
with report as (
    select as_of, tier, made_at from history.prediction_sets
    where as_of = (select max(as_of) from history.prediction_sets where as_of <= getvariable('as_of'))
),

written as (
    select sets.*
    from history.prediction_sets as sets
    inner join report on sets.made_at <= report.made_at
),

known as (
    select
        origins.*,
        count(*) over before as months_known,
        median(origins.actual_purchases / nullif(origins.expected_purchases, 0)) over before as ratio
    from history.graded_origins as origins
    inner join history.report_cards as cards on cards.predicted_on = origins.as_of
    inner join report on report.as_of = cards.as_of
    where origins.horizon_days = 90 and origins.as_of + 90 <= getvariable('as_of') + 1
    window before as (order by origins.as_of rows between 5 preceding and 3 preceding)
),

ranked as (
    select
        ways.*,
        row_number() over (
            partition by ways.as_of
            order by case when ways.way = 'written' then 0 when ways.way = report.tier then 1 else 2 end, ways.way
        ) as choice
    from history.graded_ways as ways
    cross join report
    left join written on written.as_of = ways.as_of
    where
        ways.horizon_days = 90
        and (ways.way in ('table', report.tier) or (ways.way = 'written' and written.as_of is not null))
),

rivals as (
    select
        as_of,
        max(case when way = 'as_before' then brier end) as same_brier,
        max(case when way = 'base_rate' then brier end) as base_brier,
        max(case when way = 'days_since_last' then brier end) as days_brier,
        max(case when way = 'own_gap' then brier end) as gap_brier
    from history.graded_ways
    where horizon_days = 90
    group by as_of
)

select
    known.as_of as predicted_on,
    known.as_of + 90 as ended_on,
    chosen.way,
    coalesce(chosen.way = 'written' and sets.data_until < known.as_of + 90, false) as is_in_time,
    chosen.people,
    known.silent,
    chosen.brier,
    chosen.brier_low,
    chosen.brier_high,
    chosen.auc,
    rivals.same_brier,
    rivals.base_brier,
    rivals.days_brier,
    rivals.gap_brier,
    known.lost_flagged,
    known.lost_silent,
    chosen.sure,
    chosen.sure_silent,
    case
        when chosen.way = 'written' then sets.expected_purchases
        when known.months_known >= 2 then known.expected_purchases * greatest(0.5, least(2.0, coalesce(known.ratio, 1.0)))
        else known.expected_purchases
    end as expected_purchases,
    known.actual_purchases
from known
inner join ranked as chosen on chosen.as_of = known.as_of and chosen.choice = 1
inner join rivals on rivals.as_of = known.as_of
left join written as sets on sets.as_of = known.as_of
order by known.as_of
