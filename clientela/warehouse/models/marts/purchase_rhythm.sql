/*
How often each person buys, and how late they are against their own rhythm.

grain:  person_no
inputs: marts.activity, marts.shop_rhythm, staging.calendar
stored: view
units:  days are open days; rhythm_p and chance are probabilities, 0 to 1
terms:  purchases - 1 is x and last - first is t_x in Fader, Hardie & Lee (2005); silent_days is s;
        chance = ((alpha + t_x) / (alpha + t_x + s)) ^ (r + x), the chance that somebody with this history who
        still buys is silent for so long: gaps exponential, their rate gamma-distributed over the shop
rules:  rhythm_p and both limits are null before the second purchase (a one-time buyer is never late);
        limits lie between the floors and the ceiling; a seasonal buyer (gap of about a year) is not late before
        1.05 of the own gap; mode = simple replaces the limits by 2 and 3 own gaps
*/
with measured as (
    select
        counts.person_no,
        counts.purchases,
        counts.first_purchase_on,
        counts.last_purchase_on,
        counts.first_open_day,
        counts.last_open_day,
        counts.purchases - 1 as x,
        counts.last_open_day - counts.first_open_day as t_x,
        greatest(today.open_day - counts.last_open_day, 0) as silent_days,
        shop.rhythm_alpha as alpha,
        getvariable('rhythm_r') as r
    from marts.activity as counts
    cross join marts.shop_rhythm as shop
    inner join staging.calendar as today on today.day = getvariable('as_of')
    where counts.purchases > 0
),

judged as (
    select
        person_no,
        purchases,
        first_purchase_on,
        last_purchase_on,
        first_open_day,
        last_open_day,
        x,
        silent_days,
        case when x > 0 then t_x / cast(x as double) end as own_gap_days,
        case when x > 0 then (alpha + t_x) / (r + x - 1) end as expected_gap_days,
        pow((alpha + t_x) / (alpha + t_x + silent_days), r + x) as chance,
        case
            when x = 0 then null
            when getvariable('mode') = 'simple' then 2.0 * t_x / x
            else (alpha + t_x) * (pow(getvariable('late_cut'), -1.0 / (r + x)) - 1)
        end as raw_late_days,
        case
            when x = 0 then null
            when getvariable('mode') = 'simple' then 3.0 * t_x / x
            else (alpha + t_x) * (pow(getvariable('lost_cut'), -1.0 / (r + x)) - 1)
        end as raw_lost_days,
        coalesce(x >= 2 and t_x between 300 * x and 430 * x, false) as is_seasonal
    from measured
)

select
    person_no,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    silent_days,
    own_gap_days,
    expected_gap_days,
    chance,
    case when x > 0 then chance end as rhythm_p,
    case
        when x = 0 then null
        when is_seasonal then greatest(
            least(greatest(raw_late_days, getvariable('late_floor_days')), getvariable('ceiling_days')),
            1.05 * own_gap_days
        )
        else least(greatest(raw_late_days, getvariable('late_floor_days')), getvariable('ceiling_days'))
    end as late_after_days,
    case
        when x > 0
            then least(greatest(raw_lost_days, getvariable('floor_days')), getvariable('ceiling_days'))
    end as silence_allowed_days,
    is_seasonal
from judged
