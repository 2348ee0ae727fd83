/*
By how many days after the first purchase the second one comes, for everybody, those not yet back included.

grain:  days (from the first purchase), only days on which somebody returned
inputs: steps.first_waits
units:  days are open days; returned_share is 0 to 1
terms:  returned_share is 1 - S(t), the Kaplan-Meier estimate (Kaplan & Meier 1958)
rules:  people first seen during the burn-in are left out
*/
with at_risk as (
    select
        days,
        returned,
        sum(people) over (order by days desc) as at_risk
    from steps.first_waits
),

survival as (
    select
        days,
        returned,
        at_risk,
        sum(case when returned < at_risk then ln(1 - returned / cast(at_risk as double)) else 0 end)
            over (order by days) as log_survival,
        max(case when returned = at_risk then 1 else 0 end) over (order by days) as everybody_returned
    from at_risk
)

select
    days,
    cast(returned as bigint) as returned,
    cast(at_risk as bigint) as at_risk,
    case when everybody_returned = 1 then 1.0 else 1 - exp(log_survival) end as returned_share
from survival
where returned > 0
