/*
Every receipt, invoice and credit note, with what it is worth and who it belongs to.

grain:  one document (source, row_key)
inputs: staging.documents, staging.nobodies
units:  as in staging.documents
terms:  account_no numbers the strongest identity key on the document; null is anonymous, also where a claim gives
        the receipt to a friend: those are in staging.friend_receipts
*/
select
    documents.source,
    documents.row_key,
    documents.order_id,
    documents.refund_of,
    documents.ordered_at,
    documents.ordered_on,
    case when nobodies.account_no is null then documents.account_no end as account_no,
    documents.goods,
    documents.paid,
    documents.cost,
    documents.prepaid,
    documents.is_tax_included,
    documents.counts,
    documents.is_recurring,
    documents.coupon_code,
    documents.referral_code,
    documents.channel,
    documents.store_id,
    documents.due_date
from staging.documents
left join staging.nobodies on nobodies.account_no = documents.account_no
