/*
Receipts without a name that a claim gives to a friend.

grain:  one document (source, row_key)
inputs: staging.referral_events
stored: table
units:  as in staging.orders
rules:  they are few and stand apart, so that a shop whose friends have none does not pay for looking them up: the
        models that ask who bought take them in beside staging.orders
*/
select distinct
    order_source as source,
    order_key as row_key,
    order_id,
    ordered_at,
    ordered_on,
    account_no,
    goods,
    paid,
    cost
from staging.referral_events
where is_live and is_anonymous_receipt and account_no is not null
