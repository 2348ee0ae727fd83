/*
Customer records that stand for nobody: the till's "cash sale" entries.

grain:  account_no
inputs: raw.customers
stored: table
rules:  a placeholder name makes every document of that record anonymous
*/
select distinct
    account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no
from raw.customers
where
    (is_nobody(name) or is_nobody(company_name))
    and account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) is not null
