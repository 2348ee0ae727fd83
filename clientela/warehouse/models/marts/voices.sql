/*
What people have told the shop, in words or by bringing goods back, day by day.

grain:  person_no, said_on, voice
inputs: raw.interactions, steps.survey_answers, steps.refunds, marts.identity
terms:  voice is complaint, return (of goods, or money given back) or answer; score 0 to 10 is the lowest answer of the
        day; times is how often it was said that day
rules:  rows dated after the report's date do not exist yet
*/
with said as (
    select
        person_of(
            identity.person_no,
            account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
        ) as person_no,
        cast(i.ts as date) as said_on,
        i.type as voice,
        cast(null as bigint) as score
    from raw.interactions as i
    left join marts.identity
        on identity.account_no
        = account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
    where i.type in ('complaint', 'return') and cast(i.ts as date) <= getvariable('as_of')
    union all
    select person_no, dated_on, 'return', null
    from steps.refunds
    where dated_on <= getvariable('as_of')
    union all
    select
        person_no,
        said_on,
        'answer',
        score_0_10
    from steps.survey_answers
    where score_0_10 between 0 and 10
)

select person_no, said_on, voice, count(*) as times, min(score) as score
from said
where person_no is not null
group by person_no, said_on, voice
