/*
Would they recommend the shop: the answers month by month.

grain:  month (its first day)
inputs: steps.survey_answers
units:  nps -100 to 100; low and high the ends of its 95 % interval
terms:  promoters answer 9 or 10, detractors 0 to 6 (Reichheld 2003); nps = 100 (promoters - detractors) / answers;
        the interval is the adjusted Wald of Rocks (2016): three answers more, three quarters of one at each end
rules:  the last answer of each person in a month; answers without a name each count; dated by the report's date
*/
with given as (
    select
        person_no,
        cast(date_trunc('month', ts) as date) as month,
        ts,
        source,
        row_key,
        score_0_10 as score
    from steps.survey_answers
    where score_0_10 between 0 and 10
),

latest as (
    select
        *,
        row_number() over (
            partition by month, person_no, case when person_no is null then source || ' ' || row_key end
            order by ts desc, source desc, row_key desc
        ) as place
    from given
),

counted as (
    select
        month,
        count(*) as answers,
        count(*) filter (where score >= 9) as promoters,
        count(*) filter (where score between 7 and 8) as passives,
        count(*) filter (where score <= 6) as detractors
    from latest
    where place = 1
    group by month
),

adjusted as (
    select
        counted.*,
        (promoters + 0.75) / (answers + 3.0) as p,
        (detractors + 0.75) / (answers + 3.0) as d
    from counted
)

select
    month,
    answers,
    promoters,
    passives,
    detractors,
    100.0 * (promoters - detractors) / answers as nps,
    greatest(100 * (p - d) - 195.9964 * sqrt((p + d - pow(p - d, 2)) / (answers + 3.0)), -100) as low,
    least(100 * (p - d) + 195.9964 * sqrt((p + d - pow(p - d, 2)) / (answers + 3.0)), 100) as high
from adjusted
