/*
How many receipts, and how much of the sales, have a name, month by month and shop by shop.

grain:  month, store_id
inputs: staging.orders, staging.friend_receipts, marts.identity, marts.people, steps.refunds
units:  receipts are documents that count, whatever their amount; revenue in the shop's currency
rules:  the last thirteen months; store_id is empty where the file names none; what shows only an e-mail or phone shared
        by too many has no name; a refund that names somebody's order has one
*/
with documents as (
    select
        o.source,
        o.row_key,
        o.ordered_on,
        o.store_id,
        o.goods,
        person_of(identity.person_no, o.account_no) as person_no
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.counts
        and o.ordered_on <= getvariable('as_of')
        and o.ordered_on >= cast(date_trunc('month', getvariable('as_of')) - interval 12 month as date)
),

named as (
    select
        documents.ordered_on,
        documents.store_id,
        documents.goods,
        case
            when nobody.person_no is not null then 0
            when documents.person_no is not null then 1
            when refunds.row_key is not null or friends.row_key is not null then 1
            else 0
        end as is_named
    from documents
    left join marts.people as nobody
        on nobody.person_no = documents.person_no and nobody.exclusion = 'shared_key'
    left join steps.refunds
        on refunds.source = documents.source
        and refunds.row_key = documents.row_key
        and documents.person_no is null
    left join staging.friend_receipts as friends
        on friends.source = documents.source
        and friends.row_key = documents.row_key
        and documents.person_no is null
)

select
    cast(date_trunc('month', ordered_on) as date) as month,
    coalesce(store_id, '') as store_id,
    count(*) as receipts,
    sum(is_named) as named_receipts,
    cast(coalesce(sum(goods), 0) as decimal(18, 2)) as revenue,
    cast(coalesce(sum(case when is_named = 1 then goods end), 0) as decimal(18, 2)) as named_revenue
from named
group by 1, 2
