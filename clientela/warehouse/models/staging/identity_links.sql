/*
Which identity keys each account has been seen with.

grain:  account_no, key_kind, key_value, is_contact, name, tax_code
inputs: raw.orders, staging.person_records
stored: table
units:  known_on is the first day of that sighting
terms:  is_contact marks the e-mail or phone on a record with a VAT number: it belongs to somebody who acts for the
        company
rules:  filler numbers are no key
*/
with sightings as (
    select
        account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
        vat_number, tax_code, card_number, email, phone, customer_name as name,
        cast(min(order_date) as date) as known_on
    from raw.orders
    where vat_number is not null or tax_code is not null or card_number is not null or email is not null
        or phone is not null
    group by all
    union all
    select
        account_no, vat_number, tax_code, card_number, email, phone, name,
        coalesce(min(seen_on), date '0001-01-01') as known_on
    from staging.person_records
    where vat_number is not null or tax_code is not null or card_number is not null or email is not null
        or phone is not null
    group by all
),

keys as (
    select
        sightings.account_no,
        kinds.key_kind,
        case kinds.key_kind
            when 'vat_number' then sightings.vat_number
            when 'tax_code' then sightings.tax_code
            when 'card_number' then sightings.card_number
            when 'email' then sightings.email
            when 'phone' then sightings.phone
        end as key_value,
        sightings.vat_number is not null and kinds.key_kind in ('email', 'phone') as is_contact,
        lower(trim(sightings.name)) as name,
        sightings.tax_code,
        sightings.known_on
    from sightings
    cross join (values ('vat_number'), ('tax_code'), ('card_number'), ('email'), ('phone')) as kinds (key_kind)
    where sightings.account_no is not null
)

select account_no, key_kind, key_value, is_contact, name, tax_code, min(known_on) as known_on
from keys
where
    key_value is not null
    and not (key_kind = 'vat_number' and key_value in ('00000000000', '99999999999'))
    and not (key_kind = 'tax_code' and trim(key_value, '0') = '')
group by account_no, key_kind, key_value, is_contact, name, tax_code
