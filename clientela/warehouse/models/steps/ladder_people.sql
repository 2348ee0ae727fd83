/*
The first five purchases of everybody whose first one was really the first.

grain:  person_no
inputs: steps.standing_purchases, marts.people, marts.burn_in
units:  on_n is the day of the n-th purchase, null where it has not come yet
terms:  has_ended marks who cannot come back (moved, deceased, closed, finished, erased) since a day nobody noted
rules:  people first seen during the burn-in are left out: they may be old customers who only look new;
        who is outside the seven categories is left out
*/
with pivoted as (
    select
        person_no,
        min(case when nth = 1 then purchased_on end) as on_1,
        min(case when nth = 2 then purchased_on end) as on_2,
        min(case when nth = 3 then purchased_on end) as on_3,
        min(case when nth = 4 then purchased_on end) as on_4,
        min(case when nth = 5 then purchased_on end) as on_5
    from steps.standing_purchases
    where nth <= 5
    group by person_no
)

select
    pivoted.*,
    people.ending is not null or people.is_erased as has_ended
from pivoted
inner join marts.people on people.person_no = pivoted.person_no and people.exclusion is null
cross join marts.burn_in
where pivoted.on_1 > burn_in.burn_in_until
