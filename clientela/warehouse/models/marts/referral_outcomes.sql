/*
What the sales say of every claim: who the friend is, what they bought, and whether a reward is due.

grain:  referral_id, source
inputs: raw.customers, staging.referral_events, marts.people, marts.identity, steps.programme_members, marts.activity,
        steps.referral_claims, steps.referral_origins, steps.friend_purchases
units:  days; qualifying_amount in the shop's currency as paid; revenue_total and revenue_12m goods as everywhere
terms:  verdict, the first that fits: rejected (set aside by the server or the owner), other_referrer (another claim
        counts, or the same fan's earlier one), waiting (nothing known of the friend yet), self, existing_customer
        (had bought more than late_claim_days before), out_of_window (older than window_days at the first purchase),
        circle, late_claim (named after the first purchase: sets the origin, pays nothing), payable, refunded (the
        purchase was there and a refund took it), waiting (the purchase is still to come);
        qualifying_on is the day of the friend's reward_on_purchase-th purchase of min_purchase or more;
        is_household marks two people of one surname and one address: worth a look
*/
with events as (
    select
        events.source,
        events.referral_id,
        events.row_key,
        events.referrer_id,
        events.status,
        events.is_live,
        events.is_owner,
        events.claimed_at,
        person_of(identity.person_no, events.account_no) as person_no
    from staging.referral_events as events
    left join marts.identity on identity.account_no = events.account_no
    where events.claimed_at is null or cast(events.claimed_at as date) <= getvariable('as_of')
),

described as (
    select
        events.*,
        members.person_no as referrer_no,
        people.customer_id as friend_customer_id,
        activity.first_purchase_on,
        coalesce(activity.purchases, 0) as purchases,
        coalesce(activity.revenue_total, 0) as revenue_total,
        coalesce(activity.revenue_12m, 0) as revenue_12m,
        coalesce(claims.is_self, members.person_no = events.person_no, false) as is_self,
        origins.referrer_text as origin_referrer,
        origins.is_payable,
        row_number() over (
            partition by events.person_no, events.referrer_id, events.is_live
            order by events.is_owner desc, events.claimed_at, events.source, events.row_key
        ) as place
    from events
    left join steps.programme_members as members on members.customer_id = events.referrer_id
    left join marts.people on people.person_no = events.person_no
    left join marts.activity on activity.person_no = events.person_no
    left join steps.referral_claims as claims
        on claims.person_no = events.person_no
        and claims.referrer_text = events.referrer_id
        and claims.claimed_at is not distinct from events.claimed_at
        and claims.is_owner = events.is_owner
    left join steps.referral_origins as origins on origins.person_no = events.person_no
),

reached as (
    select
        person_no,
        min(case when nth_left = getvariable('reward_on_purchase') then purchased_on end) as qualifying_on,
        max(case when nth_left = getvariable('reward_on_purchase') then left_amount end) as qualifying_amount,
        bool_or(coalesce(nth_reached, 0) >= getvariable('reward_on_purchase')) as was_reached,
        max(case when nth_reached is not null and nth_left is null then refunded_on end) as refunded_on
    from steps.friend_purchases
    group by person_no
),

addresses as (
    select
        person_of(
            identity.person_no,
            account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        ) as person_no,
        lower(trim(coalesce(
            c.last_name, regexp_extract(trim(coalesce(c.name, '')), '([^ ]+)$', 1)
        ))) as surname,
        lower(regexp_replace(c.address || coalesce(c.postal_code, c.city, ''), '[^0-9A-Za-z]', '', 'g')) as address
    from raw.customers as c
    left join marts.identity
        on identity.account_no
        = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
    where c.address is not null and exists (select 1 from staging.referral_events)
),

households as (
    select distinct described.person_no, described.referrer_no
    from described
    inner join addresses as own on own.person_no = described.person_no
    inner join addresses as theirs
        on theirs.person_no = described.referrer_no and theirs.surname = own.surname and theirs.address = own.address
    where described.person_no <> described.referrer_no and own.surname <> ''
),

judged as (
    select
        described.*,
        reached.qualifying_on,
        reached.qualifying_amount,
        reached.refunded_on,
        households.person_no is not null as is_household,
        case
            when described.status = 'superseded' then 'other_referrer'
            when not described.is_live then 'rejected'
            when described.friend_customer_id is null then 'waiting'
            when described.is_self then 'self'
            when described.origin_referrer = described.referrer_id and described.place > 1 then 'other_referrer'
            when described.origin_referrer = described.referrer_id and not described.is_payable then 'late_claim'
            when described.origin_referrer = described.referrer_id and reached.qualifying_on is not null
                then 'payable'
            when described.origin_referrer = described.referrer_id and reached.was_reached then 'refunded'
            when described.origin_referrer = described.referrer_id then 'waiting'
            when not described.is_owner
                and cast(described.claimed_at as date)
                > described.first_purchase_on + cast(getvariable('late_claim_days') as integer)
                then 'existing_customer'
            when not described.is_owner
                and cast(described.claimed_at as date)
                < described.first_purchase_on - cast(getvariable('window_days') as integer)
                then 'out_of_window'
            when described.origin_referrer is not null then 'other_referrer'
            else 'circle'
        end as verdict
    from described
    left join reached on reached.person_no = described.person_no
    left join households
        on households.person_no = described.person_no and households.referrer_no = described.referrer_no
)

select
    referral_id,
    source,
    referrer_id,
    referrer_no,
    person_no,
    friend_customer_id,
    verdict,
    purchases,
    first_purchase_on,
    case when verdict = 'payable' then qualifying_on end as qualifying_on,
    case when verdict = 'payable' then cast(qualifying_amount as decimal(18, 2)) end as qualifying_amount,
    cast(revenue_total as decimal(18, 2)) as revenue_total,
    cast(revenue_12m as decimal(18, 2)) as revenue_12m,
    case when verdict = 'refunded' then refunded_on end as refunded_on,
    is_household
from judged
