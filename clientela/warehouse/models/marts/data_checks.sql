/*
What the data look like underneath: counts that an owner should know of.

grain:  check_name
inputs: marts.identity, steps.identity_keys, marts.likely_duplicates, marts.anonymous_sales, steps.refunds, raw.orders, meta.batches,
        meta.refused_records
units:  counts
rules:  duplicates_joined counts accounts that became part of another person; proposed_joins pairs of people
        who may be one; poisoned_keys keys that too many share
*/
select 'duplicates_joined' as check_name, count(*) filter (where account_no <> person_no) as value
from marts.identity
union all
select 'proposed_joins', count(*) from marts.likely_duplicates
union all
select 'poisoned_keys', count(*) filter (where is_poisoned) from steps.identity_keys
union all
select 'anonymous_receipts', max(receipts) from marts.anonymous_sales
union all
select 'names_without_key', count(distinct folded_name(orders.customer_name))
from raw.orders as orders
where
    orders.customer_name is not null
    and coalesce(
        orders.customer_id, orders.vat_number, orders.tax_code, orders.card_number, orders.email, orders.phone
    ) is null
    and not is_nobody(orders.customer_name)
    and cast(orders.order_date as date) <= getvariable('as_of')
union all
select 'orders_without_amount', coalesce(sum(unreadable_amounts), 0) from meta.batches
union all
select 'refunds_unnamed', count(*) from steps.refunds
where order_id is null and refunded_on <= getvariable('as_of')
union all
select 'future_rows', count(*) from meta.refused_records where code = 'future_date'
