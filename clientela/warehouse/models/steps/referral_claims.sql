/*
Who says that who sent them, and since when.

grain:  person_no, referrer_text, claimed_at, is_owner
inputs: raw.customers, raw.orders, staging.referral_events, staging.referral_codes, staging.identity_links,
        staging.accounts, marts.identity, steps.identity_keys, marts.people
units:  claimed_at is an instant of the shop's clock; null in an undated customer record
terms:  referrer_no is null when nobody answers to the name any more: the origin stays, the name goes;
        is_owner is the owner's own word; evidence and shown_on are those of staging.referral_events: a code on an
        order or a customer record was shown then, and referred_by there is as good as a fan named at the till; is_self marks a claim on oneself
rules:  a claim comes from a referral event that was not set aside, from referred_by or a referral code on the customer
        record, or from a referral code or a spoken code on an order;
        who shares an e-mail, phone, tax code, VAT number or card with the referrer is the referrer, unless too many
        share it
*/
with claims as (
    select account_no, referrer_id as referrer_text, claimed_at, is_owner, evidence, shown_on
    from staging.referral_events
    where is_live
    union
    select
        account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone),
        coalesce(c.referred_by, codes.referrer_id),
        c.created_at,
        false,
        3,
        case when c.referred_by is null then cast(c.created_at as date) end
    from raw.customers as c
    left join staging.referral_codes as codes on codes.code = c.referral_code and not codes.is_spoken
    where c.referred_by is not null or codes.referrer_id is not null
    union
    select
        account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone),
        codes.referrer_id,
        o.order_date,
        false,
        3,
        cast(o.order_date as date)
    from raw.orders as o
    inner join staging.referral_codes as codes on codes.code = o.referral_code and not codes.is_spoken
    union
    select
        account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone),
        codes.referrer_id,
        o.order_date,
        false,
        3,
        cast(o.order_date as date)
    from raw.orders as o
    inner join staging.referral_codes as codes
        on codes.is_spoken
        and codes.code = right(regexp_replace(upper(o.referral_code), '[^0-9A-Z]', '', 'g'), 6)
),

referrers as (
    select public_id, min(account_no) as account_no
    from staging.accounts
    group by public_id
),

named as (
    select
        person_of(identity.person_no, claims.account_no) as person_no,
        claims.referrer_text,
        person_of(referrer_identity.person_no, referrers.account_no) as referrer_no,
        claims.claimed_at,
        claims.is_owner,
        min(claims.evidence) as evidence,
        min(claims.shown_on) as shown_on
    from claims
    left join marts.identity on identity.account_no = claims.account_no
    left join referrers on referrers.public_id = claims.referrer_text
    left join marts.identity as referrer_identity on referrer_identity.account_no = referrers.account_no
    where
        claims.account_no is not null
        and (claims.claimed_at is null or cast(claims.claimed_at as date) <= getvariable('as_of'))
        and person_of(identity.person_no, claims.account_no) in (select person_no from marts.people)
    group by
        person_of(identity.person_no, claims.account_no),
        claims.referrer_text,
        person_of(referrer_identity.person_no, referrers.account_no),
        claims.claimed_at,
        claims.is_owner
),

concerned as (
    select person_no from named
    union
    select referrer_no from named
    where referrer_no is not null
),

keys as (
    select distinct person_of(identity.person_no, links.account_no) as person_no, links.key_kind, links.key_value
    from staging.identity_links as links
    left join marts.identity on identity.account_no = links.account_no
    inner join concerned on concerned.person_no = person_of(identity.person_no, links.account_no)
    left join steps.identity_keys as poisoned
        on poisoned.is_poisoned and poisoned.key_kind = links.key_kind and poisoned.key_value = links.key_value
    where links.known_on <= getvariable('as_of') and poisoned.key_value is null
),

shared as (
    select distinct named.person_no, named.referrer_no
    from named
    inner join keys as own on own.person_no = named.person_no
    inner join keys as theirs
        on theirs.person_no = named.referrer_no
        and theirs.key_kind = own.key_kind
        and theirs.key_value = own.key_value
)

select
    named.person_no,
    named.referrer_text,
    named.referrer_no,
    named.claimed_at,
    named.is_owner,
    named.evidence,
    named.shown_on,
    coalesce(named.referrer_no = named.person_no, false) or shared.person_no is not null as is_self
from named
left join shared on shared.person_no = named.person_no and shared.referrer_no = named.referrer_no
