/*
Every line of a document, with the document that it belongs to.

grain:  one line (source, row_key)
inputs: raw.order_lines, raw.orders
units:  net_amount and cost in the shop's currency
terms:  order_key is the row_key of the document
rules:  a line that came with the number of its document alone belongs to the one document of that number, to none where
        several bear it
*/
with longer as (
    select distinct source, order_id
    from raw.orders
    where row_key <> order_id
),

named as (
    select orders.source, orders.order_id, min(orders.row_key) as row_key, count(*) as documents
    from raw.orders as orders
    inner join longer on longer.source = orders.source and longer.order_id = orders.order_id
    group by orders.source, orders.order_id
)

select
    lines.source,
    lines.row_key,
    case
        when named.documents is null or lines.order_key <> lines.order_id then lines.order_key
        when named.documents = 1 then named.row_key
    end as order_key,
    lines.order_id,
    lines.category,
    lines.quantity,
    lines.unit_price,
    lines.net_amount,
    lines.cost
from raw.order_lines as lines
left join named on named.source = lines.source and named.order_id = lines.order_id
