/*
Every account ever seen: one per strongest identity key.

grain:  account_no
inputs: raw.orders, staging.person_records, staging.nobodies
stored: table
terms:  key_kind is customer_id, vat_number, tax_code, card_number, email or phone; public_id is its text, with
        the source before it where two accounts have the same; key_rank orders the kinds, strongest first
rules:  seen_on is the first day the account is known on; known at every date where one record is undated;
        a name and nothing else makes no account
*/
with from_orders as (
    select
        account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
        min(source) as source,
        min(customer_id) as customer_id,
        min(vat_number) as vat_number,
        min(tax_code) as tax_code,
        min(card_number) as card_number,
        min(email) as email,
        min(phone) as phone,
        min(customer_name) as name,
        cast(min(order_date) as date) as seen_on,
        false as is_undated
    from raw.orders
    where not is_nobody(customer_name) or customer_name is null
    group by 1
),

from_records as (
    select
        account_no,
        min(source) as source,
        min(customer_id) as customer_id,
        min(vat_number) as vat_number,
        min(tax_code) as tax_code,
        min(card_number) as card_number,
        min(email) as email,
        min(phone) as phone,
        min(name) as name,
        min(seen_on) as seen_on,
        bool_or(seen_on is null) as is_undated
    from staging.person_records
    group by account_no
),

seen as (
    select * from from_orders
    where account_no is not null
    union all
    select * from from_records
    where account_no is not null
),

accounts as (
    select
        account_no,
        min(source) as source,
        min(customer_id) as customer_id,
        coalesce(
            min(customer_id), min(vat_number), min(tax_code), min(card_number), min(email), min(phone)
        ) as key_value,
        case
            when min(customer_id) is not null then 1
            when min(vat_number) is not null then 2
            when min(tax_code) is not null then 3
            when min(card_number) is not null then 4
            when min(email) is not null then 5
            else 6
        end as key_rank,
        min(vat_number) is not null as has_vat_number,
        min(name) as name,
        case when bool_or(is_undated) then date '0001-01-01' else min(seen_on) end as seen_on
    from seen
    group by account_no
),

doubled as (
    select key_value
    from accounts
    group by key_value
    having count(*) > 1
)

select
    accounts.account_no,
    accounts.source,
    accounts.key_rank,
    accounts.key_value,
    case when doubled.key_value is null then accounts.key_value
        else accounts.source || ':' || accounts.key_value
    end as public_id,
    accounts.has_vat_number,
    accounts.name,
    accounts.seen_on
from accounts
left join doubled on doubled.key_value = accounts.key_value
left join staging.nobodies on nobodies.account_no = accounts.account_no
where nobodies.account_no is null
