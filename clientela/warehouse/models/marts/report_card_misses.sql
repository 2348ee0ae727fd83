/*
Where the newest graded predictions were most wrong, and what the person has done since.

grain:  position
inputs: history.graded_misses, marts.report_card, marts.people, marts.activity
units:  spent by the day of the prediction, in the shop's currency; gaps and silence in open days
terms:  p_silent is the chance given of buying nothing for ninety days; last_purchase_on is as known today
rules:  the three worst of the newest month end, by error squared times money spent; erased people are left out
*/
with newest as (
    select predicted_on, ended_on, way
    from marts.report_card
    where predicted_on = (select max(predicted_on) from marts.report_card)
)

select
    misses.position,
    newest.predicted_on,
    newest.ended_on,
    misses.customer_id,
    people.name,
    misses.p_silent,
    misses.was_silent,
    misses.purchases,
    misses.own_gap_days,
    misses.silent_days,
    misses.spent,
    activity.last_purchase_on
from newest
inner join history.graded_misses as misses
    on misses.as_of = newest.predicted_on and misses.way = newest.way and misses.horizon_days = 90
inner join marts.people on people.customer_id = misses.customer_id and not people.is_erased
left join marts.activity on activity.person_no = people.person_no
order by misses.position
