/*
Every account ever seen: one per strongest identity key.

grain:  account_no
inputs: raw.orders, staging.person_records, staging.nobodies
stored: table
terms:  key_rank is the kind of key (1 customer_id, 2 vat_number, 3 tax_code, 4 card_number, 5 email, 6 phone);
        key_value its text; public_id the same, with the source or the kind before it where two accounts share it
rules:  seen_on is the first day the account is known on; known at every date where one record is undated;
        a name and nothing else makes no account
*/
with by_id as (
    select
        account_no(source, customer_id, null, null, null, null, null) as account_no,
        source,
        customer_id as key_value,
        1 as key_rank,
        bool_or(vat_number is not null) as has_vat_number,
        min(customer_name) as name,
        cast(least(min(order_date), min(delivery_date)) as date) as seen_on,
        cast(min(order_date) as date) as first_order_on
    from raw.orders
    where customer_id is not null and (customer_name is null or not is_nobody(customer_name))
    group by source, customer_id
),

by_other_key as (
    select
        account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no,
        min(source) as source,
        min(key_value(customer_id, vat_number, tax_code, card_number, email, phone)) as key_value,
        min(key_rank(customer_id, vat_number, tax_code, card_number, email, phone)) as key_rank,
        bool_or(vat_number is not null) as has_vat_number,
        min(customer_name) as name,
        cast(least(min(order_date), min(delivery_date)) as date) as seen_on,
        cast(min(order_date) as date) as first_order_on
    from raw.orders
    where customer_id is null and (customer_name is null or not is_nobody(customer_name))
    group by 1
),

from_records as (
    select
        account_no,
        min(source) as source,
        min(key_value(customer_id, vat_number, tax_code, card_number, email, phone)) as key_value,
        min(key_rank(customer_id, vat_number, tax_code, card_number, email, phone)) as key_rank,
        bool_or(vat_number is not null) as has_vat_number,
        min(name) as name,
        case when bool_or(seen_on is null) then date '0001-01-01' else min(seen_on) end as seen_on
    from staging.person_records
    group by account_no
),

from_orders as (
    select * from by_id
    union all
    select * from by_other_key
    where account_no is not null
),

accounts as (
    select
        o.account_no,
        o.source,
        o.key_rank,
        o.key_value,
        o.has_vat_number or coalesce(r.has_vat_number, false) as has_vat_number,
        coalesce(least(o.name, r.name), o.name, r.name) as name,
        least(o.seen_on, coalesce(r.seen_on, o.seen_on)) as seen_on,
        o.first_order_on
    from from_orders as o
    left join from_records as r on r.account_no = o.account_no
    union all
    select
        account_no, source, key_rank, key_value, has_vat_number, name, seen_on, cast(null as date)
    from from_records
    where account_no is not null and account_no not in (select account_no from from_orders)
),

doubled as (
    select key_value
    from accounts
    -- Two accounts can only share a text if there is more than one kind of account.
    where (select min(source) <> max(source) or min(key_rank) <> max(key_rank) from accounts)
    group by key_value
    having count(*) > 1
)

select
    accounts.account_no,
    accounts.source,
    accounts.key_rank,
    accounts.key_value,
    case
        when doubled.key_value is null then accounts.key_value
        when accounts.key_rank = 1 then accounts.source || ':' || accounts.key_value
        else case accounts.key_rank
            when 2 then 'vat_number' when 3 then 'tax_code' when 4 then 'card_number' when 5 then 'email' else 'phone'
        end || ':' || accounts.key_value
    end as public_id,
    accounts.has_vat_number,
    accounts.name,
    accounts.seen_on,
    accounts.first_order_on
from accounts
left join doubled on doubled.key_value = accounts.key_value
left join staging.nobodies on nobodies.account_no = accounts.account_no
where nobodies.account_no is null
