/*
Who says that who sent them, and since when.

grain:  person_no, referrer_text, claimed_at
inputs: raw.referrals, raw.customers, raw.orders, staging.accounts, staging.person_records, marts.identity,
        marts.people
units:  claimed_at is an instant of the shop's clock; null in an undated customer record
terms:  referrer_no is null when nobody answers to the name any more: the origin stays, the name goes
rules:  a claim comes from a referral event, from referred_by or a referral code on the customer record, or from a
        referral code on an order; a code belongs to the referrer of its referral events
*/
with codes as (
    select code, min(referrer_id) as referrer_id
    from raw.referrals
    where code is not null
    group by code
),

claims as (
    select
        records.account_no,
        events.referrer_id as referrer_text,
        coalesce(events.arrived_at, events.clicked_at) as claimed_at
    from raw.referrals as events
    inner join staging.person_records as records
        on records.table_name = 'referrals'
        and records.source = events.source
        and records.row_key = events.row_key
    union
    select
        account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone),
        coalesce(c.referred_by, codes.referrer_id),
        c.created_at
    from raw.customers as c
    left join codes on codes.code = c.referral_code
    where c.referred_by is not null or codes.referrer_id is not null
    union
    select
        account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone),
        codes.referrer_id,
        o.order_date
    from raw.orders as o
    inner join codes on codes.code = o.referral_code
),

referrers as (
    select public_id, min(account_no) as account_no
    from staging.accounts
    group by public_id
)

select distinct
    coalesce(identity.person_no, claims.account_no) as person_no,
    claims.referrer_text,
    coalesce(referrer_identity.person_no, referrers.account_no) as referrer_no,
    claims.claimed_at
from claims
left join marts.identity on identity.account_no = claims.account_no
left join referrers on referrers.public_id = claims.referrer_text
left join marts.identity as referrer_identity on referrer_identity.account_no = referrers.account_no
where
    claims.account_no is not null
    and (claims.claimed_at is null or cast(claims.claimed_at as date) <= getvariable('as_of'))
    and coalesce(identity.person_no, claims.account_no) in (select person_no from marts.people)
