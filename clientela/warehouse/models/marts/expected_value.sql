/*
What each purchaser is expected to bring in the next twelve months, by the rule.

grain:  person_no
inputs: marts.customer_value, steps.judged, marts.shop_rhythm
units:  the shop's currency; p_alive 0 to 1; purchases_a_year counts purchases
terms:  expected_12m = p_alive * purchases_a_year * value_per_purchase, with
        p_alive = min(1, chance / late_cut) of the rhythm, 0 for who has left;
        purchases_a_year = 365 (x + 2) / (T + 2 m0), x repeat purchases in the T days since the first;
        value_per_purchase = (n v + 3 v_shop) / (n + 3), v the own mean and v_shop the shop's, cut at the 99th of a
        hundred such means; expected_margin_12m is the same with margins, null where they are not known;
        variance is that of expected_12m: gamma-Poisson purchases of spread values, alive or not
rules:  nothing is expected below zero
*/
with means as (
    select
        cast(sum(revenue_total) as double) / sum(purchases) as shop_value,
        cast(sum(margin_total) as double) / sum(purchases) as shop_margin
    from marts.customer_value
),

judged as (
    select
        bought.person_no,
        bought.purchases,
        case
            when rhythm.lost_kind is not null then 0.0
            else least(1.0, rhythm.chance / greatest(getvariable('late_cut'), 1e-9))
        end as p_alive,
        365.0 * (bought.purchases + 1)
        / greatest(getvariable('as_of') - bought.first_purchase_on + 2 * shop.mean_gap_days, 1.0)
            as purchases_a_year,
        (cast(bought.revenue_total as double) + 3 * means.shop_value) / (bought.purchases + 3) as value_mean,
        (cast(bought.margin_total as double) + 3 * means.shop_margin) / (bought.purchases + 3) as margin_mean,
        cast(bought.revenue_total as double) / bought.purchases as own_mean
    from marts.customer_value as bought
    cross join means
    cross join marts.shop_rhythm as shop
    inner join steps.judged as rhythm on rhythm.person_no = bought.person_no
),

spread as (
    select
        quantile_cont(value_mean, 0.99) as value_cap,
        quantile_cont(margin_mean, 0.99) as margin_cap,
        case when avg(own_mean) > 0 then coalesce(var_samp(own_mean), 0) / pow(avg(own_mean), 2) else 0 end
            as squared_variation
    from judged
),

valued as (
    select
        judged.person_no,
        judged.purchases,
        judged.p_alive,
        judged.purchases_a_year,
        greatest(least(judged.value_mean, spread.value_cap), 0) as value_per_purchase,
        -- greatest() skips a null: without a known cost the margin would come out as nothing at all.
        case when judged.margin_mean is not null then greatest(least(judged.margin_mean, spread.margin_cap), 0) end
            as margin_per_purchase,
        spread.squared_variation
    from judged
    cross join spread
)

select
    person_no,
    p_alive,
    purchases_a_year,
    value_per_purchase,
    p_alive * purchases_a_year * value_per_purchase as expected_12m,
    case when margin_per_purchase is not null then p_alive * purchases_a_year * margin_per_purchase end
        as expected_margin_12m,
    p_alive * pow(value_per_purchase, 2) * (
        purchases_a_year * (1 + squared_variation)
        + pow(purchases_a_year, 2) / (purchases + 1)
        + (1 - p_alive) * pow(purchases_a_year, 2)
    ) as variance
from valued
