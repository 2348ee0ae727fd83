/*
How many gaps between two purchases ended on each day, by their length.

grain:  purchased_on, gap_days
inputs: steps.purchase_sequence, steps.replayed_people
units:  gap_days in open days; gaps is a count
rules:  later days are included; the gaps of the people in steps.replayed_people depend on the date asked and are not
*/
select
    bought.purchased_on,
    bought.gap_days,
    count(*) as gaps
from steps.purchase_sequence as bought
left join steps.replayed_people as replayed on replayed.person_no = bought.person_no
where bought.gap_days is not null and replayed.person_no is null
group by bought.purchased_on, bought.gap_days
