/*
Every receipt, invoice and credit note, with what it is worth, and the number on it of who bought.

grain:  one document (source, row_key)
inputs: raw.orders
units:  goods in the shop's currency, net of VAT where known, without shipping; paid is the same with VAT; cost is
        what the goods cost the shop, null where the file does not say; refunds negative
terms:  prepaid is what was paid for gift cards, in goods not yet: they count where they are had;
        account_no numbers the strongest identity key on the document, also where the customer file says that the key
        stands for nobody: staging.orders knows
rules:  a deferred invoice (TD24, TD25) counts on its delivery day;
        a credit note (TD04, TD08 or by its name) is negative whatever its sign in the file;
        what was given back of a document, where its own row says so, takes the same share of its goods, tax,
        shipping and cost: given back in full it comes to nothing, at its own date, for there is no other;
        counts is false for cancelled, failed, refunded, draft, quote and test documents, for deposits (paid again by the
        later invoice), self-invoices (TD16 to TD23, TD27 to TD29) and sales of assets (TD26);
        what does not ask who bought reads this: the keys of the orders are then neither read nor numbered
*/
with valued as (
    select
        source,
        row_key,
        order_id,
        refund_of,
        order_date as ordered_at,
        case
            when upper(doc_type) in ('TD24', 'TD25') and delivery_date is not null then delivery_date
            else cast(order_date as date)
        end as ordered_on,
        case
            when not is_nobody(customer_name)
                then account_no(source, customer_id, vat_number, tax_code, card_number, email, phone)
        end as account_no,
        -- The plain case comes first: subtracting would widen every amount to 128 bits.
        case
            when shipping_amount is null and prepaid_amount is null and net_amount is not null then net_amount
            else cast(
                coalesce(net_amount, gross_amount - coalesce(vat_amount, 0)) - coalesce(shipping_amount, 0)
                - coalesce(prepaid_amount, 0) as decimal(18, 4)
            )
        end as value,
        coalesce(gross_amount, net_amount + coalesce(vat_amount, 0)) - coalesce(shipping_amount, 0) as paid,
        case
            when refunded_amount is not null
                then coalesce(
                    greatest(
                        0, 1 - abs(refunded_amount) / nullif(coalesce(gross_amount, net_amount + coalesce(vat_amount, 0)), 0)
                    ),
                    1
                )
        end as kept_share,
        cost_amount as cost,
        prepaid_amount as prepaid,
        is_credit_note(doc_type) as is_credit_note,
        net_amount is null and vat_amount is null as is_tax_included,
        not is_no_sale(status)
        and coalesce(order_type, '') not in ('quote', 'deposit')
        and upper(coalesce(doc_type, '')) not in (
            'TD02', 'TD03', 'TD16', 'TD17', 'TD18', 'TD19', 'TD20', 'TD21', 'TD22', 'TD23', 'TD26', 'TD27',
            'TD28', 'TD29'
        ) as counts,
        coalesce(order_type, '') = 'recurring' as is_recurring,
        coupon_code,
        referral_code,
        channel,
        store_id,
        due_date
    from raw.orders
)

select
    source,
    row_key,
    order_id,
    refund_of,
    ordered_at,
    ordered_on,
    account_no,
    cast(
        case
            when is_credit_note then -abs(value)
            when kept_share is null then value
            else cast(value * kept_share as decimal(18, 4))
        end as decimal(18, 4)
    ) as goods,
    cast(
        case
            when is_credit_note then -abs(paid)
            when kept_share is null then paid
            else cast(paid * kept_share as decimal(18, 4))
        end as decimal(18, 4)
    ) as paid,
    cast(
        case
            when is_credit_note then -abs(cost)
            when kept_share is null then cost
            else cast(cost * kept_share as decimal(18, 4))
        end as decimal(18, 4)
    ) as cost,
    prepaid,
    is_tax_included,
    counts,
    is_recurring,
    coupon_code,
    referral_code,
    channel,
    store_id,
    due_date
from valued
