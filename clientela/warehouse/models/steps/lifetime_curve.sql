/*
How long those who bought at least twice stay, those who are still here included.

grain:  days
inputs: marts.customer_value, steps.states
units:  days are open days from the first purchase to the last; staying_share, low and high 0 to 1
terms:  the time is last less first purchase for everybody, its end is seen where the person has left and cut off where
        not; staying_share is S(days) of Kaplan & Meier (1958), low and high are 95 in 100 on log(-log S) with
        Greenwood's variance (1926), null where S is 0 or 1
rules:  people first seen during the burn-in are left out
*/
with lives as (
    select
        bought.last_open_day - bought.first_open_day as days,
        case when states.lost_kind is not null then 1 else 0 end as ended
    from marts.customer_value as bought
    inner join steps.states on states.person_no = bought.person_no
    where bought.is_new and bought.purchases >= 2
),

by_day as (
    select days, sum(ended) as ended, count(*) as people
    from lives
    group by days
),

at_risk as (
    select days, ended, sum(people) over (order by days desc) as at_risk
    from by_day
),

survival as (
    select
        days,
        ended,
        at_risk,
        sum(case when ended < at_risk then ln(1 - ended / cast(at_risk as double)) else 0 end) over (order by days)
            as log_survival,
        sum(
            case when ended < at_risk then ended / (cast(at_risk as double) * (at_risk - ended)) else 0 end
        ) over (order by days) as variance,
        max(case when ended = at_risk then 1 else 0 end) over (order by days) as everybody_left
    from at_risk
)

select
    cast(days as integer) as days,
    cast(ended as bigint) as ended,
    cast(at_risk as bigint) as at_risk,
    case when everybody_left = 1 then 0.0 else exp(log_survival) end as staying_share,
    case
        when everybody_left = 0 and log_survival < 0
            then exp(log_survival * exp(1.959964 * sqrt(variance) / -log_survival))
    end as low,
    case
        when everybody_left = 0 and log_survival < 0
            then exp(log_survival * exp(-1.959964 * sqrt(variance) / -log_survival))
    end as high
from survival
