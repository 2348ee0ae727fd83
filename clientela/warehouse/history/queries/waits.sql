/*
How many people bought first on a day and again on another, at any date; of those whose history no refund changes.
*/
with firsts as (
    select
        bought.person_no,
        min(bought.purchased_on) as first_on,
        min(bought.open_day) as first_open_day,
        max(case when bought.nth = 2 then bought.purchased_on end) as second_on,
        max(case when bought.nth = 2 then bought.open_day end) as second_open_day
    from steps.purchase_sequence as bought
    left join steps.replayed_people as replayed on replayed.person_no = bought.person_no
    where bought.nth <= 2 and replayed.person_no is null
    group by bought.person_no
)

select first_on, first_open_day, second_on, second_open_day, count(*) as people
from firsts
group by first_on, first_open_day, second_on, second_open_day
