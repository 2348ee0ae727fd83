/*
Which identity keys each account has been seen with.

grain:  account_no, key_kind, key_value, is_contact, name, tax_code
inputs: raw.orders, staging.person_records, staging.decisions, staging.accounts
stored: table
units:  known_on is the first day of that sighting, last_on the last one; of a record without a date, day 1 of year 1
terms:  is_contact marks the e-mail or phone on a record with a VAT number: it belongs to somebody who acts for the
        company; key_kind is merge where the owner has said that two accounts are one person, and programme where two
        sources number the same people
rules:  filler numbers are no key; what the owner has said holds at every date
*/
with sightings as (
    select
        account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
        vat_number, tax_code, card_number, email, phone, customer_name as name,
        cast(min(order_date) as date) as known_on, cast(max(order_date) as date) as last_on
    from raw.orders
    where vat_number is not null or tax_code is not null or card_number is not null or email is not null
        or phone is not null
    group by all
    union all
    select
        account_no, vat_number, tax_code, card_number, email, phone, name,
        coalesce(min(seen_on), date '0001-01-01') as known_on, coalesce(max(seen_on), date '0001-01-01') as last_on
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
        sightings.known_on,
        sightings.last_on
    from sightings
    cross join (values ('vat_number'), ('tax_code'), ('card_number'), ('email'), ('phone')) as kinds (key_kind)
    where sightings.account_no is not null
)

select
    account_no, key_kind, key_value, is_contact, name, tax_code, min(known_on) as known_on, max(last_on) as last_on
from keys
where
    key_value is not null
    and not (key_kind = 'vat_number' and key_value in ('00000000000', '99999999999'))
    and not (key_kind = 'tax_code' and trim(key_value, '0') = '')
group by account_no, key_kind, key_value, is_contact, name, tax_code
union all
select
    sides.account_no, 'merge', decisions.merge_id, false, cast(null as varchar), cast(null as varchar),
    date '0001-01-01', date '0001-01-01'
from staging.decisions as decisions
inner join staging.accounts as sides
    on sides.account_no = decisions.one_no or sides.account_no = decisions.other_no
where decisions.kind = 'people' and decisions.state = 'accepted'
union all
select
    accounts.account_no, 'programme', decisions.merge_id || ':' || accounts.key_value, false,
    cast(null as varchar), cast(null as varchar), date '0001-01-01', date '0001-01-01'
from staging.decisions as decisions
inner join staging.accounts as accounts
    on accounts.key_rank = 1 and (accounts.source = decisions.one_source or accounts.source = decisions.other_source)
where decisions.kind = 'programme' and decisions.state = 'accepted'
