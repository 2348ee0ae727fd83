/*
Everybody at the report's date, with who they are and what they have bought, in one row: joined once, for all.

grain:  person_no
inputs: steps.persons, steps.purchase_sums
units:  as in marts.people and marts.activity
terms:  is_known marks who is in marts.people, has_dealt who is in marts.activity: who has bought, or has given
        something back
rules:  nearly everybody who has dealt is known; a receipt may name an account that the file of customers calls nobody
*/
select
    coalesce(persons.person_no, sums.person_no) as person_no,
    persons.person_no is not null as is_known,
    sums.person_no is not null as has_dealt,
    persons.customer_id,
    persons.name,
    persons.kind,
    persons.has_company_name,
    persons.is_legal_person,
    persons.email,
    persons.phone,
    persons.city,
    persons.first_seen_on,
    persons.accounts,
    persons.do_not_contact,
    persons.has_veto,
    persons.has_star,
    persons.is_erased,
    persons.exclusion,
    persons.ending,
    sums.purchases,
    sums.first_purchase_on,
    sums.last_purchase_on,
    sums.first_open_day,
    sums.last_open_day,
    sums.second_open_day,
    sums.revenue_total,
    sums.revenue_12m
from steps.persons
full outer join steps.purchase_sums as sums on sums.person_no = persons.person_no
