/*
The latest survey answer of each person that is still believed.

grain:  person_no
inputs: steps.survey_answers
units:  score 0 to 10; share_of_wallet 0 to 1
terms:  promoter 9-10, passive 7-8, detractor 0-6 (Reichheld 2003)
rules:  an answer is believed for nps_valid_days; exclusive is yes from nine purchases of ten upwards
*/
with answers as (
    select person_no, ts, source, row_key, score_0_10, share_of_10
    from steps.survey_answers
    where said_on > getvariable('as_of') - cast(getvariable('nps_valid_days') as integer)
),

scored as (
    select
        person_no, score_0_10,
        row_number() over (partition by person_no order by ts desc, source desc, row_key desc) as place
    from answers
    where score_0_10 between 0 and 10 and person_no is not null
),

shared as (
    select
        person_no, share_of_10,
        row_number() over (partition by person_no order by ts desc, source desc, row_key desc) as place
    from answers
    where share_of_10 between 0 and 10 and person_no is not null
)

select
    coalesce(scored.person_no, shared.person_no) as person_no,
    scored.score_0_10 as score,
    case
        when scored.score_0_10 >= 9 then 'promoter'
        when scored.score_0_10 >= 7 then 'passive'
        when scored.score_0_10 is not null then 'detractor'
    end as nps_class,
    cast(shared.share_of_10 as double) / 10 as share_of_wallet,
    case
        when shared.share_of_10 >= 9 then 'yes'
        when shared.share_of_10 is not null then 'no'
        else 'unknown'
    end as exclusive
from (select * from scored where place = 1) as scored
full outer join (select * from shared where place = 1) as shared on shared.person_no = scored.person_no
