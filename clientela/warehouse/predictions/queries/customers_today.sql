/*
Every purchaser at the report's date in the numbers that the models read.

grain:  person_no
inputs: marts.activity, marts.burn_in, steps.purchase_sequence, steps.replayed_people, steps.replayed_purchases,
        steps.refunds, steps.refunded_days, staging.calendar
units:  days are open days; total and first_total in the shop's currency, over purchase days that stand
terms:  repeats, recency_days and age_days are x, t_x and T in Fader, Hardie & Lee (2005); first_total is the part of
        the total that fell to the first purchase day
rules:  is_new is false for those first seen during the burn-in: they may be old customers, and T would be wrong;
        refunds are taken off the day they take from, once they are dated by the report's date
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

bought as (
    select sequence.person_no, sequence.nth, sequence.goods
    from steps.purchase_sequence as sequence
    left join steps.replayed_people as replayed on replayed.person_no = sequence.person_no
    where sequence.purchased_on <= getvariable('as_of') and replayed.person_no is null
    union all
    select sequence.person_no, standing.nth, sequence.goods
    from steps.replayed_purchases as standing
    inner join steps.purchase_sequence as sequence
        on sequence.person_no = standing.person_no and sequence.purchased_on = standing.purchased_on
),

given_back as (
    select
        refunds.person_no,
        case when refunds.takes_from_on = activity.first_purchase_on then 1 else 2 end as nth,
        refunds.goods
    from steps.refunds
    inner join steps.refunded_days as days
        on days.person_no = refunds.person_no and days.purchased_on = refunds.takes_from_on
    inner join marts.activity on activity.person_no = refunds.person_no
    where
        refunds.refunded_on <= getvariable('as_of')
        and (days.void_on is null or days.void_on > getvariable('as_of'))
),

money as (
    select person_no, sum(goods) as total, sum(case when nth = 1 then goods else 0 end) as first_total
    from (from bought union all from given_back)
    group by person_no
)

select
    counts.person_no,
    counts.purchases - 1 as repeats,
    counts.last_open_day - counts.first_open_day as recency_days,
    greatest(today.open_day - counts.first_open_day, counts.last_open_day - counts.first_open_day) as age_days,
    coalesce(counts.first_purchase_on > burn_in.burn_in_until, true) as is_new,
    cast(coalesce(money.total, 0) as double) as total,
    cast(coalesce(money.first_total, 0) as double) as first_total
from marts.activity as counts
cross join today
cross join marts.burn_in
left join money on money.person_no = counts.person_no
where counts.purchases > 0
