/*
People who bought again after a silence in which they had been lost.

grain:  person_no
inputs: steps.standing_purchases, marts.activity, marts.shop_rhythm
units:  won_back_on is a day
rules:  the silence before the purchase exceeded the limit of the history up to then, or the first-repeat window
        after a first purchase; only returns of the last won_back_days
*/
with returns as (
    select
        bought.person_no,
        bought.purchased_on,
        bought.gap_days,
        bought.nth - 2 as x,
        bought.open_day - bought.gap_days - activity.first_open_day as t_x,
        shop.rhythm_alpha as alpha,
        shop.first_repeat_days
    from steps.standing_purchases as bought
    inner join marts.activity on activity.person_no = bought.person_no
    cross join marts.shop_rhythm as shop
    where
        bought.gap_days > getvariable('floor_days')
        and bought.purchased_on > getvariable('as_of') - cast(getvariable('won_back_days') as integer)
),

limits as (
    select
        person_no,
        purchased_on,
        gap_days,
        case
            when x = 0 then case when getvariable('one_time_can_be_lost') then first_repeat_days end
            when getvariable('mode') = 'simple'
                then least(greatest(3.0 * t_x / x, getvariable('floor_days')), getvariable('ceiling_days'))
            else least(
                greatest(
                    (alpha + t_x)
                    * (pow(getvariable('lost_cut'), -1.0 / (getvariable('rhythm_r') + x)) - 1),
                    getvariable('floor_days')
                ),
                getvariable('ceiling_days')
            )
        end as limit_days
    from returns
)

select person_no, max(purchased_on) as won_back_on
from limits
where gap_days > limit_days
group by person_no
