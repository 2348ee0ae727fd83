/*
Documents that are more or less than a plain purchase: refunds, zeros, quotes, cancelled orders, contracts.

grain:  one document (source, row_key)
inputs: staging.orders
stored: table
units:  goods, paid and cost as in staging.orders
rules:  an anonymous document is here only if it names an order; they are few, so the models that look for them need not pass over every order again
*/
select
    source,
    row_key,
    order_id,
    refund_of,
    ordered_on,
    account_no,
    goods,
    paid,
    cost,
    counts,
    is_recurring
from staging.orders
where
    (account_no is not null or refund_of is not null)
    and (
        not counts or is_recurring or goods is null
        or (goods <= greatest(getvariable('min_net_amount'), 0) and coalesce(prepaid, 0) <= 0)
    )
