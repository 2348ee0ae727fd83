/*
Every record that names a person, orders apart, with its identity keys.

grain:  one raw row (table_name, source, row_key)
inputs: raw.customers, raw.touchpoints, raw.surveys, raw.interactions, raw.consents, raw.loyalty_events,
        staging.referral_events, raw.targets
stored: table
units:  seen_on is a day; null means that the file does not say since when
rules:  an undated customer record is known at every date;
        evidence is contact (details left with us), touch (something reached them or came from them), none
        (on a list only, or a message that did not arrive);
        a friend of whom a claim knows the receipt alone is somebody (their id begins with friend:)
*/
with records as (
    select
        'customers' as table_name, source, row_key, customer_id, vat_number, tax_code, card_number, email,
        phone, coalesce(company_name, name, nullif(concat_ws(' ', first_name, last_name), '')) as name,
        cast(created_at as date) as seen_on,
        case when coalesce(email, phone, pec, address) is not null then 'contact' else 'none' end as evidence
    from raw.customers
    union all
    select
        'touchpoints', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, null,
        cast(ts as date),
        case
            when direction = 'in' then 'touch'
            when status = 'bounced' then 'none'
            when status = 'sent' and channel in ('email', 'sms', 'whatsapp') then 'none'
            else 'touch'
        end
    from raw.touchpoints
    union all
    select
        'surveys', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, null,
        cast(ts as date), 'touch'
    from raw.surveys
    union all
    select
        'interactions', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, null,
        cast(ts as date), 'touch'
    from raw.interactions
    union all
    select
        'consents', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, null,
        cast(ts as date), 'contact'
    from raw.consents
    union all
    select
        'loyalty_events', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, null,
        cast(ts as date), 'contact'
    from raw.loyalty_events
    union all
    select
        'referrals', source, row_key, coalesce(arrived_customer_id, friend_id), null, null, null, email, phone,
        case when friend_id is not null then friend_name end,
        least(cast(claimed_at as date), coalesce(receipt_on, cast(claimed_at as date))), 'touch'
    from staging.referral_events
    where coalesce(arrived_customer_id, email, phone) is not null or (is_live and account_no = own_account_no)
    union all
    select
        'targets', source, row_key, customer_id, vat_number, tax_code, card_number, email, phone, name,
        listed_on, 'none'
    from raw.targets
)

select
    table_name, source, row_key, vat_number, tax_code, card_number, email, phone, customer_id, name, seen_on,
    evidence,
    account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as account_no
from records
where name is null or not is_nobody(name)
