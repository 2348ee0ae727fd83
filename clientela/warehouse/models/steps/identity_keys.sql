/*
Keys that more than one account has shown, and whether they may join them.

grain:  key_kind, key_value
inputs: staging.identity_links, raw.orders
rules:  an e-mail or phone is poisoned by more than shared_key_names names or tax codes, or by more than
        shared_key_receipts receipts in a day: it joins nobody
*/
with known as (
    select account_no, key_kind, key_value, name, tax_code
    from staging.identity_links
    where known_on <= getvariable('as_of')
),

counted as (
    select
        key_kind,
        key_value,
        count(distinct account_no) as accounts,
        count(distinct name) as names,
        count(distinct tax_code) as tax_codes
    from known
    group by key_kind, key_value
),

busy as (
    select 'email' as key_kind, email as key_value
    from raw.orders
    where email is not null and cast(order_date as date) <= getvariable('as_of')
    group by email, cast(order_date as date)
    having count(*) > getvariable('shared_key_receipts')
    union
    select 'phone', phone
    from raw.orders
    where phone is not null and cast(order_date as date) <= getvariable('as_of')
    group by phone, cast(order_date as date)
    having count(*) > getvariable('shared_key_receipts')
)

select
    counted.key_kind,
    counted.key_value,
    counted.accounts,
    counted.key_kind in ('email', 'phone') as is_weak,
    counted.key_kind in ('email', 'phone')
    and (
        counted.names > getvariable('shared_key_names')
        or counted.tax_codes > getvariable('shared_key_names')
        or busy.key_value is not null
    ) as is_poisoned
from counted
left join busy on busy.key_kind = counted.key_kind and busy.key_value = counted.key_value
where
    counted.accounts > 1
    or busy.key_value is not null
    or counted.names > getvariable('shared_key_names')
