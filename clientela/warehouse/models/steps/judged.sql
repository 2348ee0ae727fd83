/*
Everybody with who they are, and of those who have bought how often they buy, how late they are and whether they are
lost.

grain:  person_no
inputs: steps.standing, marts.shop_rhythm, staging.calendar
stored: view
units:  days are open days; rhythm_p and chance are probabilities, 0 to 1
terms:  purchases - 1 is x and last - first is t_x in Fader, Hardie & Lee (2005); silent_days is s;
        chance = ((alpha + t_x) / (alpha + t_x + s)) ^ (r + x), the chance that somebody with this history who
        still buys is silent for so long: gaps exponential, their rate gamma-distributed over the shop;
        limit_days is the silence after which the person is lost; lost_kind as in steps.states
rules:  rhythm_p and both limits are null before the second purchase (a one-time buyer is never late);
        limits lie between the floors and the ceiling; a seasonal buyer (gap of about a year) is not late before
        1.05 of the own gap; mode = simple replaces the limits by 2 and 3 own gaps;
        a one-time buyer is lost after the shop's first-repeat window; nobody is late and lost at once;
        all of it is null, and is_late false, for who has not bought
*/
with measured as (
    select
        standing.*,
        case when standing.purchases > 0 then standing.purchases - 1 end as x,
        standing.last_open_day - standing.first_open_day as t_x,
        -- greatest() skips a null: without a purchase the silence would come out as none.
        case when standing.purchases > 0 then greatest(today.open_day - standing.last_open_day, 0) end as silent_days,
        shop.rhythm_alpha as alpha,
        shop.first_repeat_days,
        getvariable('rhythm_r') as r
    from steps.standing
    cross join marts.shop_rhythm as shop
    inner join staging.calendar as today on today.day = getvariable('as_of')
),

paced as (
    select
        measured.*,
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
),

limited as (
    select
        paced.*,
        case when x > 0 then chance end as rhythm_p,
        case
            when x is null or x = 0 then null
            when is_seasonal then greatest(
                least(greatest(raw_late_days, getvariable('late_floor_days')), getvariable('ceiling_days')),
                1.05 * own_gap_days
            )
            else least(greatest(raw_late_days, getvariable('late_floor_days')), getvariable('ceiling_days'))
        end as late_after_days,
        case
            when x > 0
                then least(greatest(raw_lost_days, getvariable('floor_days')), getvariable('ceiling_days'))
        end as silence_allowed_days
    from paced
),

bounded as (
    select
        limited.*,
        case
            when purchases >= 2 then silence_allowed_days
            when purchases = 1 and getvariable('one_time_can_be_lost') then first_repeat_days
        end as limit_days
    from limited
)

select
    person_no,
    is_known,
    customer_id,
    name,
    kind,
    email,
    phone,
    city,
    first_seen_on,
    do_not_contact,
    has_veto,
    is_erased,
    exclusion,
    ending,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    revenue_total,
    revenue_12m,
    silent_days,
    own_gap_days,
    expected_gap_days,
    chance,
    rhythm_p,
    late_after_days,
    silence_allowed_days,
    is_seasonal,
    limit_days,
    case
        when x is null then null
        when ending is not null then 'ending'
        when silent_days > limit_days and purchases = 1 then 'after_first'
        when silent_days > limit_days then 'rhythm'
    end as lost_kind,
    ending is null
    and coalesce(silent_days > late_after_days, false)
    and not coalesce(silent_days > limit_days, false) as is_late
from bounded
