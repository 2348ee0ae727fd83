/*
How long each new person took from one purchase to the next, or has been waiting so far.

grain:  person_no, step
inputs: steps.ladder_people, staging.calendar
units:  waited_days in open days
terms:  step n leads from the n-th purchase to the next, 1 to 4; returned is 1 where the next purchase came, 0 where the
        wait is cut off by the report's date
rules:  who has ended (moved, deceased, erased) is left out of the step that they did not finish: nobody noted until when
        they could have come
*/
with today as (
    select open_day from staging.calendar where day = getvariable('as_of')
),

steps as (
    select person_no, 1 as step, on_1 as started_on, on_2 as next_on, has_ended
    from steps.ladder_people
    union all
    select person_no, 2, on_2, on_3, has_ended
    from steps.ladder_people
    where on_2 is not null
    union all
    select person_no, 3, on_3, on_4, has_ended
    from steps.ladder_people
    where on_3 is not null
    union all
    select person_no, 4, on_4, on_5, has_ended
    from steps.ladder_people
    where on_4 is not null
)

select
    steps.person_no,
    steps.step,
    steps.started_on,
    today.open_day - starts.open_day as age_days,
    coalesce(nexts.open_day, today.open_day) - starts.open_day as waited_days,
    case when steps.next_on is null then 0 else 1 end as returned
from steps
cross join today
inner join staging.calendar as starts on starts.day = steps.started_on
left join staging.calendar as nexts on nexts.day = steps.next_on
where steps.next_on is not null or not steps.has_ended
