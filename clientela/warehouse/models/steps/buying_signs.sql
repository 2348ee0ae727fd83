/*
How each purchase of a best customer compares with their own earlier ones: what was spent, and how long they waited.

grain:  person_no, nth
inputs: steps.best_customers, marts.activity, steps.purchase_sequence, steps.replayed_people,
        steps.replayed_purchases, steps.refunds
units:  value, recent_mean and earlier_median in the shop's currency; gaps in open days
terms:  recent_mean is over this purchase and the two before, earlier_median over those before them; last_gap ends with
        this purchase, gap_before with the one before, earlier_gap is the mean of the gaps before those;
        next_on is the day of the next purchase
rules:  a purchase is worth its goods less what refunds took from its day; fewer than three earlier purchases or gaps
        are too few to compare with, and what was no longer the last purchase at a month end of the thirteen months
        before the report's is not asked for: neither is here; the median is only worked out at the last purchase of a month, and where the
        recent mean is low enough for it to matter
*/
with best as (
    select person_no, first_open_day
    from marts.activity
    where purchases >= 6 and person_no in (select person_no from steps.best_customers)
),

-- Few days have a second order: adding it to the first is cheaper than summing every day.
added as (
    select bought.person_no, bought.purchased_on, sum(bought.goods) as goods
    from steps.purchase_sequence as bought
    inner join best on best.person_no = bought.person_no
    where not bought.opens_purchase and bought.purchased_on <= getvariable('as_of')
    group by bought.person_no, bought.purchased_on
),

taken as (
    select refunds.person_no, refunds.takes_from_on, sum(refunds.goods) as goods
    from steps.refunds
    inner join best on best.person_no = refunds.person_no
    where refunds.refunded_on <= getvariable('as_of')
    group by refunds.person_no, refunds.takes_from_on
),

valued as (
    select
        bought.person_no,
        bought.purchased_on,
        bought.open_day - best.first_open_day as age_days,
        case when replayed.person_no is null then bought.nth else standing.nth end as nth,
        case when replayed.person_no is null then bought.gap_days else standing.gap_days end as gap_days,
        cast(bought.goods + coalesce(added.goods, 0) + coalesce(taken.goods, 0) as double) as value
    from steps.purchase_sequence as bought
    inner join best on best.person_no = bought.person_no
    left join added on added.person_no = bought.person_no and added.purchased_on = bought.purchased_on
    left join taken on taken.person_no = bought.person_no and taken.takes_from_on = bought.purchased_on
    left join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    left join steps.replayed_purchases as standing
        on standing.person_no = bought.person_no and standing.purchased_on = bought.purchased_on
    where
        bought.opens_purchase
        and bought.purchased_on <= getvariable('as_of')
        and (replayed.person_no is null or standing.person_no is not null)
),

-- One pass in one order; what is said of the earlier ones is the running sum less the last three.
followed as (
    select
        person_no,
        nth,
        purchased_on,
        value,
        age_days,
        gap_days,
        lead(purchased_on) over history as next_on,
        lag(gap_days) over history as gap_before,
        lag(value) over history as value_before,
        lag(value, 2) over history as value_before_that,
        sum(value) over history as total,
        sum(value * value) over history as squares
    from valued
    window history as (partition by person_no order by nth rows between unbounded preceding and current row)
),

compared as (
    select
        person_no,
        nth,
        purchased_on,
        next_on,
        value,
        (value + value_before + value_before_that) / 3 as recent_mean,
        gap_days as last_gap,
        gap_before,
        (age_days - gap_days - gap_before) / cast(nth - 3 as double) as earlier_gap,
        squares,
        (total - value - value_before - value_before_that) / (nth - 3) as earlier_mean,
        (squares - value * value - value_before * value_before - value_before_that * value_before_that) / (nth - 3)
            as earlier_square
    from followed
    where
        nth >= 6
        and (
            next_on is null
            or next_on >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date)
        )
),

-- A median lies within one standard deviation of the mean: most people need not be sorted at all. A millionth of the
-- root of all squares is added for what subtracting may have rounded off.
doubtful as (
    select person_no, nth
    from compared
    where
        recent_mean <= 0.6 * (
            earlier_mean + sqrt(greatest(earlier_square - earlier_mean * earlier_mean, 0) + 1e-12 * squares)
        ) + 0.01
        and (next_on is null or date_trunc('month', next_on) > date_trunc('month', purchased_on))
        and coalesce(next_on, getvariable('as_of')) > getvariable('as_of') - 430
),

medians as (
    select doubtful.person_no, doubtful.nth, quantile_cont(earlier.value, 0.5) as earlier_median
    from doubtful
    inner join valued as earlier on earlier.person_no = doubtful.person_no and earlier.nth <= doubtful.nth - 3
    group by doubtful.person_no, doubtful.nth
)

select
    compared.person_no,
    cast(compared.nth as bigint) as nth,
    compared.purchased_on,
    compared.next_on,
    compared.value,
    compared.recent_mean,
    medians.earlier_median,
    compared.last_gap,
    compared.gap_before,
    compared.earlier_gap
from compared
left join medians on medians.person_no = compared.person_no and medians.nth = compared.nth
