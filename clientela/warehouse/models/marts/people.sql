/*
Everybody known at the report's date, one row a person, with who they are.

grain:  person_no
inputs: steps.standing
stored: view
terms:  customer_id is the public id of the person's strongest account; has_company_name says that the name is
        one of a company, is_legal_person that the tax code is
rules:  where several records describe a person, the one of the strongest account speaks; a refusal of contact or
        an owner's veto on any of them holds; who is known only by an e-mail or phone that too many share is
        nobody (exclusion shared_key); who was forgotten is counted, without name and contact
*/
select
    person_no,
    customer_id,
    name,
    kind,
    has_company_name,
    is_legal_person,
    email,
    phone,
    city,
    first_seen_on,
    accounts,
    do_not_contact,
    has_veto,
    has_star,
    is_erased,
    exclusion,
    ending
from steps.standing
where is_known
