/*
What the customer file says of each account.

grain:  one row of raw.customers (source, row_key)
inputs: raw.customers
stored: table
terms:  ending is why nothing more can come (moved, deceased, closed, finished); exclusion is why a person is
        outside the seven categories
rules:  is_legal_person where the tax code has the eleven digits of companies (a person's has sixteen signs) and
        no first name is given;
        status_note carries one of these words, or free text without effect
*/
select
    source,
    row_key,
    account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
    coalesce(kind, case when vat_number is not null then 'b2b' end) as kind,
    coalesce(company_name, name, nullif(concat_ws(' ', first_name, last_name), '')) as name,
    company_name is not null as has_company_name,
    coalesce(regexp_matches(tax_code, '^[0-9]{11}$') and first_name is null, false) as is_legal_person,
    email,
    phone,
    city,
    postal_code,
    cast(created_at as date) as created_on,
    referred_by,
    referral_code,
    owner_rating,
    coalesce(do_not_contact, false) as do_not_contact,
    case
        when in_target = false then 'out_of_target'
        when lower(status_note) in ('internal', 'test', 'supplier', 'merged') then lower(status_note)
    end as exclusion,
    lower(status_note) = 'erased' as is_erased,
    case
        when lower(status_note) in ('moved', 'deceased', 'closed', 'finished') then lower(status_note)
    end as ending
from raw.customers
