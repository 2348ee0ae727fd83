/*
Every answer to a survey, with who gave it.

grain:  source, row_key
inputs: raw.surveys, marts.identity
stored: view
units:  score_0_10 0 to 10; share_of_10 of ten purchases; our_rank 1 the best of shops_used
terms:  person_no is null for an answer without a name
rules:  rows dated after the report's date do not exist yet
*/
select
    person_of(
        identity.person_no,
        account_no(s.source, s.customer_id, s.vat_number, s.tax_code, s.card_number, s.email, s.phone)
    ) as person_no,
    s.ts,
    cast(s.ts as date) as said_on,
    s.source,
    s.row_key,
    s.score_0_10,
    s.share_of_10,
    s.shops_used,
    s.our_rank
from raw.surveys as s
left join marts.identity
    on identity.account_no
    = account_no(s.source, s.customer_id, s.vat_number, s.tax_code, s.card_number, s.email, s.phone)
where cast(s.ts as date) <= getvariable('as_of')
