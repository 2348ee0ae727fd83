/*
What to expect of every purchaser, joined back from the scores of their history.

grain:  person_no
inputs: model_customers, history_scores
units:  p_alive and p_silent are probabilities; expected_purchases counts purchase days of the horizon; expected_spend
        is the shop's currency per purchase day, expected_value that of the horizon
terms:  method is model, table, mixed or rule
rules:  p_alive is null by a rule, and where the data show no leaving; expected_spend is that of the Gamma-Gamma model
        where it is usable, else the own mean shrunk to the shop's as if that were three purchases more, the own mean
        cut at the 99th percentile
*/
with shop as (
    select
        coalesce(sum(cast(total as decimal(18, 4))) / sum(repeats + 1), 0) as mean_spend,
        coalesce(quantile_cont(total / (repeats + 1), 0.99), 0) as highest_spend
    from model_customers
    where total > 0
),

money as (
    select
        customers.person_no,
        customers.repeats,
        customers.recency_days,
        customers.age_days,
        customers.is_new,
        case when customers.total > customers.first_total then customers.total - customers.first_total else 0 end
            as repeat_total,
        greatest(least(customers.total / (customers.repeats + 1), shop.highest_spend), 0) as own_spend,
        shop.mean_spend
    from model_customers as customers
    cross join shop
),

spending as (
    select
        *,
        case
            when getvariable('spend_p') is null
                then ((repeats + 1) * own_spend + 3 * mean_spend) / (repeats + 4)
            when repeats > 0 and repeat_total > 0
                then getvariable('spend_p') * (getvariable('spend_v') + repeat_total)
                    / (getvariable('spend_p') * repeats + getvariable('spend_q') - 1)
            else getvariable('spend_p') * getvariable('spend_v') / (getvariable('spend_q') - 1)
        end as expected_spend
    from money
)

select
    spending.person_no,
    case when spending.is_new then scores.method else 'rule' end as method,
    case when spending.is_new then scores.p_alive end as p_alive,
    case when spending.is_new then scores.p_silent else scores.rule_p_silent end as p_silent,
    case when spending.is_new then scores.expected_purchases else scores.rule_expected_purchases end
        as expected_purchases,
    spending.expected_spend,
    spending.expected_spend
    * case when spending.is_new then scores.expected_purchases else scores.rule_expected_purchases end
        as expected_value,
    getvariable('horizon_days') as horizon_days
from spending
inner join history_scores as scores
    on scores.repeats = spending.repeats
    and scores.recency_days = spending.recency_days
    and scores.age_days = spending.age_days
