/*
How each purchase of a best customer compares with their own earlier ones: what was spent, and how long they waited.

grain:  person_no, nth
inputs: marts.best_customers, marts.purchase_sequence, marts.replayed_people, marts.replayed_purchases, marts.refunds
units:  value, recent_mean and earlier_median in the shop's currency; gaps in open days
terms:  recent_mean is over this purchase and the two before, earlier_median over those before them; last_gap ends with
        this purchase, gap_before with the one before, earlier_gap is the mean of the gaps before those;
        next_on is the day of the next purchase
rules:  a purchase is worth its goods less what refunds took from its day; fewer than three earlier purchases or gaps
        are too few to compare with: null; the median is only worked out at the last purchase of a month, and where the
        recent mean is low enough for it to matter
*/
with best as (
    select distinct person_no
    from marts.best_customers
),

days as (
    select
        bought.person_no,
        bought.purchased_on,
        max(bought.gap_days) as gap_days,
        cast(sum(bought.goods) as double) as value
    from marts.purchase_sequence as bought
    inner join best on best.person_no = bought.person_no
    where bought.purchased_on <= getvariable('as_of')
    group by bought.person_no, bought.purchased_on
),

taken as (
    select refunds.person_no, refunds.takes_from_on, cast(sum(refunds.goods) as double) as value
    from marts.refunds
    inner join best on best.person_no = refunds.person_no
    where refunds.refunded_on <= getvariable('as_of')
    group by refunds.person_no, refunds.takes_from_on
),

standing as (
    select days.person_no, days.purchased_on, days.gap_days, days.value
    from days
    left join marts.replayed_people as replayed on replayed.person_no = days.person_no
    where replayed.person_no is null
    union all
    select days.person_no, days.purchased_on, replayed.gap_days, days.value
    from days
    inner join marts.replayed_purchases as replayed
        on replayed.person_no = days.person_no and replayed.purchased_on = days.purchased_on
),

valued as (
    select
        standing.person_no,
        standing.purchased_on,
        standing.gap_days,
        standing.value + coalesce(taken.value, 0) as value,
        row_number() over (partition by standing.person_no order by standing.purchased_on) as nth
    from standing
    left join taken on taken.person_no = standing.person_no and taken.takes_from_on = standing.purchased_on
),

compared as (
    select
        person_no,
        nth,
        purchased_on,
        value,
        lead(purchased_on) over history as next_on,
        avg(value) over (
            partition by person_no order by purchased_on rows between 2 preceding and current row
        ) as recent_mean,
        avg(value) over earlier as earlier_mean,
        stddev_pop(value) over earlier as earlier_spread,
        gap_days as last_gap,
        lag(gap_days) over history as gap_before,
        avg(gap_days) over (
            partition by person_no order by purchased_on rows between unbounded preceding and 2 preceding
        ) as earlier_gap
    from valued
    window
        history as (partition by person_no order by purchased_on),
        earlier as (
            partition by person_no order by purchased_on rows between unbounded preceding and 3 preceding
        )
),

-- A median lies within one standard deviation of the mean: most people need not be sorted at all.
doubtful as (
    select person_no, nth
    from compared
    where
        nth >= 6
        and recent_mean <= 0.6 * (earlier_mean + earlier_spread) + 0.01
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
    compared.nth,
    compared.purchased_on,
    compared.next_on,
    compared.value,
    case when compared.nth >= 6 then compared.recent_mean end as recent_mean,
    medians.earlier_median,
    case when compared.nth >= 6 then compared.last_gap end as last_gap,
    case when compared.nth >= 6 then compared.gap_before end as gap_before,
    case when compared.nth >= 6 then compared.earlier_gap end as earlier_gap
from compared
left join medians on medians.person_no = compared.person_no and medians.nth = compared.nth
