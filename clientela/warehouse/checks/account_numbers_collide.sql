/*
No two identity keys have the same account number.

rule: account numbers are 64-bit hashes, and two keys with one number would make two people one;
      an explicit id belongs to its source, every other key is the same wherever it comes from
*/
with keys as (
    select
        account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
        key_rank(customer_id, vat_number, tax_code, card_number, email, phone) as key_rank,
        key_value(customer_id, vat_number, tax_code, card_number, email, phone) as key_value,
        case when customer_id is not null then source end as id_source
    from raw.orders
    union
    select
        account_no,
        key_rank(customer_id, vat_number, tax_code, card_number, email, phone),
        key_value(customer_id, vat_number, tax_code, card_number, email, phone),
        case when customer_id is not null then source end
    from staging.person_records
)

select account_no, count(*) as keys, min(key_value) as one_key, max(key_value) as other_key
from keys
where account_no is not null
group by account_no
having count(*) > 1
