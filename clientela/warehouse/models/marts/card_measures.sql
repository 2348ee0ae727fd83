/*
The measures of the report card: how right the predictions were, what is predicted now, and what calls bring.

grain:  name
inputs: marts.report_card, marts.report_card_takings, marts.predictions_now, marts.call_trial_results, marts.call_notes,
        marts.maturity
units:  as staging.measure_units says of the name: people, eur, share (0 to 1), count, ratio
terms:  low and high are the ends of a 95 % interval; n is how many predictions or people stand behind a number; reason is
        a code of why there is none. card.score = (card.people_skill + card.takings_skill) / 2, each 1 - error / error
        of "same as last month"; without takings the first alone
rules:  fewer than 30 settled predictions are too early to judge; a Brier interval is the mean of those of the month ends,
        since these follow the same people; calls are compared from 20 people in each group; what is
        expected now is written down in any case, and told only once twelve months can be foretold (marts.maturity)
*/
with pooled as (
    select
        count(*) as months,
        count(case when is_in_time then 1 end) as months_in_time,
        coalesce(sum(people), 0) as predictions,
        sum(people * brier) / sum(people) as brier,
        sum(people * brier_low) / sum(people) as brier_low,
        sum(people * brier_high) / sum(people) as brier_high,
        sum(people * same_brier) / sum(people) as same_brier,
        sum(people * base_brier) / sum(people) as base_brier,
        sum(people * days_brier) / sum(people) as days_brier,
        sum(people * gap_brier) / sum(people) as gap_brier,
        avg(auc) as auc,
        coalesce(sum(lost_flagged), 0) as flagged,
        sum(lost_silent) as flagged_silent,
        coalesce(sum(silent), 0) as silent,
        coalesce(sum(sure), 0) as sure,
        sum(sure - sure_silent) as sure_bought,
        sum(expected_purchases) as expected_purchases,
        sum(actual_purchases) as actual_purchases
    from marts.report_card
),

months as (
    select
        count(*) as takings_months,
        sum(abs(expected - actual)) as takings_error,
        sum(abs(same - actual)) as same_error,
        sum(actual) as takings
    from marts.report_card_takings
    where same is not null
),

skills as (
    select
        *,
        predictions >= 30 as is_settled,
        1 - brier / nullif(same_brier, 0) as people_skill,
        case when takings_months > 0 then 1 - takings_error / nullif(same_error, 0) end as takings_skill,
        case when predictions = 0 then 'too_early' when predictions < 30 then 'too_few' end as why,
        case when takings_months = 0 then 'too_early' when takings = 0 then 'no_sales' end as why_no_takings
    from pooled
    cross join months
),

scored as (
    select
        *,
        case
            when people_skill is not null and takings_skill is not null then (people_skill + takings_skill) / 2
            else people_skill
        end as score
    from skills
),

arms as (
    select
        coalesce(max(case when arm = 'call' then people end), 0) as called,
        coalesce(max(case when arm = 'hold_out' then people end), 0) as left_alone,
        max(case when arm = 'call' then sales_mean end) as called_mean,
        max(case when arm = 'hold_out' then sales_mean end) as alone_mean,
        max(case when arm = 'call' then sales_variance / people end) as called_variance,
        max(case when arm = 'hold_out' then sales_variance / people end) as alone_variance
    from marts.call_trial_results
),

notes as (
    select
        count(*) as noted,
        count(case when outcome = 'bought' then 1 end) as bought,
        cast(coalesce(sum(euros), 0) as double) as euros
    from marts.call_notes
),

now as (
    select
        coalesce(max(people), 0) as people,
        max(expected_silent) as silent,
        max(expected_purchases) as purchases,
        cast(max(expected_sales) as double) as sales,
        cast(max(expected_next_month) as double) as next_month,
        cast(max(next_month_low) as double) as next_low,
        cast(max(next_month_high) as double) as next_high
    from marts.predictions_now
),

told as (
    select max(case when answer = 'expected_12m' then reason end) as reason
    from marts.maturity
),

graded (name, value, low, high, n, is_there, reason) as (
    select 'card.predictions', cast(predictions as double), cast(null as double), cast(null as double),
        cast(predictions as bigint), true, cast(null as varchar)
    from scored
    union all
    select 'card.month_ends', months, null, null, months, true, null from scored
    union all
    select 'card.month_ends_in_time', months_in_time, null, null, months, true, null from scored
    union all
    select 'card.score', score, null, null, predictions, is_settled, coalesce(why, 'no_error') from scored
    union all
    select 'card.people_skill', people_skill, 1 - brier_high / nullif(same_brier, 0),
        1 - brier_low / nullif(same_brier, 0), predictions, is_settled, coalesce(why, 'no_error')
    from scored
    union all
    select 'card.takings_skill', takings_skill, null, null, takings_months, is_settled and takings_months > 0,
        coalesce(why, why_no_takings, 'no_error')
    from scored
    union all
    select 'card.brier', brier, brier_low, brier_high, predictions, is_settled, why from scored
    union all
    select 'card.brier_same', same_brier, null, null, predictions, is_settled, why from scored
    union all
    select 'card.brier_base', base_brier, null, null, predictions, is_settled, why from scored
    union all
    select 'card.brier_days', days_brier, null, null, predictions, is_settled, why from scored
    union all
    select 'card.brier_gap', gap_brier, null, null, predictions, is_settled, why from scored
    union all
    select 'card.auc', auc, null, null, predictions, is_settled, why from scored
    union all
    select 'card.lost_precision', cast(flagged_silent as double) / nullif(flagged, 0), null, null, flagged,
        is_settled and flagged > 0, coalesce(why, case when flagged = 0 then 'too_few' end)
    from scored
    union all
    select 'card.lost_recall', cast(flagged_silent as double) / nullif(silent, 0), null, null, silent,
        is_settled and silent > 0, coalesce(why, case when silent = 0 then 'too_few' end)
    from scored
    union all
    select 'card.sure_precision', cast(sure_bought as double) / nullif(sure, 0), null, null, sure,
        is_settled and sure > 0, coalesce(why, case when sure = 0 then 'too_few' end)
    from scored
    union all
    select 'card.purchases_error', expected_purchases / nullif(actual_purchases, 0) - 1, null, null, predictions,
        is_settled and actual_purchases > 0, coalesce(why, case when actual_purchases = 0 then 'no_sales' end)
    from scored
    union all
    select 'card.takings_error', takings_error / nullif(takings, 0), null, null, takings_months,
        is_settled and takings > 0, coalesce(why, why_no_takings)
    from scored
    union all
    select 'card.takings_error_same', same_error / nullif(takings, 0), null, null, takings_months,
        is_settled and takings > 0, coalesce(why, why_no_takings)
    from scored
    union all
    select 'card.next_people', people, null, null, people, people > 0, 'no_report' from now
    union all
    select 'card.next_silent', silent, null, null, people, people > 0 and told.reason is null,
        case when people = 0 then 'no_report' else told.reason end
    from now cross join told
    union all
    select 'card.next_purchases', purchases, null, null, people, people > 0 and told.reason is null,
        case when people = 0 then 'no_report' else told.reason end
    from now cross join told
    union all
    select 'card.next_sales', sales, null, null, people, people > 0 and told.reason is null,
        case when people = 0 then 'no_report' else told.reason end
    from now cross join told
    union all
    select 'card.next_month', next_month, next_low, next_high, people, people > 0 and told.reason is null,
        case when people = 0 then 'no_report' else told.reason end
    from now cross join told
    union all
    select 'card.called_sales', called_mean, called_mean - 1.959964 * sqrt(called_variance),
        called_mean + 1.959964 * sqrt(called_variance), called, called >= 20 and left_alone >= 20,
        case when left_alone = 0 then 'no_comparison' else 'too_few' end
    from arms
    union all
    select 'card.left_alone_sales', alone_mean, alone_mean - 1.959964 * sqrt(alone_variance),
        alone_mean + 1.959964 * sqrt(alone_variance), left_alone, called >= 20 and left_alone >= 20,
        case when left_alone = 0 then 'no_comparison' else 'too_few' end
    from arms
    union all
    select 'card.call_gain', called_mean - alone_mean,
        called_mean - alone_mean - 1.959964 * sqrt(called_variance + alone_variance),
        called_mean - alone_mean + 1.959964 * sqrt(called_variance + alone_variance), called + left_alone,
        called >= 20 and left_alone >= 20, case when left_alone = 0 then 'no_comparison' else 'too_few' end
    from arms
    union all
    select 'card.calls_noted', noted, null, null, noted, true, null from notes
    union all
    select 'card.calls_bought', bought, null, null, noted, noted > 0, 'no_notes' from notes
    union all
    select 'card.calls_euros', euros, null, null, noted, noted > 0, 'no_notes' from notes
)

select
    name,
    case when is_there then value end as value,
    case when is_there then low end as low,
    case when is_there then high end as high,
    n,
    is_there and value is not null as available,
    case when is_there and value is not null then null else coalesce(reason, 'too_few') end as reason
from graded
