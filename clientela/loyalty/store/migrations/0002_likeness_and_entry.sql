/*
By what contacts are compared, what proves a claim, and when this server first saw what happened.

units:  as in 0001
terms:  a key compares contacts (loyalty/likeness.py): many spellings, one key; it is filled for stored contacts by
        loyalty/store/filling.py, and gone with its contact when somebody is forgotten
rules:  a friend whose reward was approved or spent before this step keeps who is paid: no proof is noted for the
        claims of such a friend, so that they stand in the order in which they came
*/

alter table members add column phone_key text;
alter table members add column email_key text;
create index members_by_phone_key on members (phone_key);
create index members_by_email_key on members (email_key);

-- seen_at: when the server heard of it, also where claimed_at is earlier (a sale kept in a till's queue).
-- presented_on: the day of the receipt with which the friend showed this claim's coupon or said its code.
-- verified_at: a click of the friend's own, or a till where the friend named the fan, stands behind it.
alter table claims add column contact_key text;
alter table claims add column seen_at bigint;
alter table claims add column presented_on text;
alter table claims add column verified_at bigint;
create index claims_by_contact_key on claims (contact_key);
create index claims_by_hit on claims (hit_id);

-- seen_at: the latest instant that the server had ever seen at the entry; never earlier than at.
alter table redemptions add column seen_at bigint;

-- seen_at: when the word up to as_of arrived.
alter table outcomes add column seen_at bigint;

-- counts_on: the day from which the hold counts and in whose month the reward takes its place.
alter table rewards add column counts_on text;

update redemptions set seen_at = at;
update outcomes set seen_at = updated_at;
update rewards set counts_on = earned_on;
update claims set seen_at = claimed_at;

update claims
set seen_at = (select min(events.at) from events where events.subject = 'claim:' || claims.public_id)
where
    exists (
        select 1 from events
        where events.subject = 'claim:' || claims.public_id
        group by events.subject having min(events.at) > claims.claimed_at
    )
    and friend_key not in (
        select paid.friend_key from claims as paid
        inner join rewards on rewards.claim_id = paid.claim_id
        where rewards.state in ('approved', 'redeemed')
    );

update claims
set presented_on = (
    select min(redemptions.receipt_on) from redemptions
    where
        redemptions.claim_id = claims.claim_id and redemptions.reversed_at is null
        and redemptions.method in ('coupon', 'code')
)
where friend_key not in (
    select paid.friend_key from claims as paid
    inner join rewards on rewards.claim_id = paid.claim_id
    where rewards.state in ('approved', 'redeemed')
);

update claims
set verified_at = claimed_at
where
    (
        method in ('phone', 'email', 'name')
        or (
            exists (
                select 1 from clicks
                where
                    clicks.hit_id = claims.hit_id and clicks.link_id = claims.link_id
                    and clicks.kind = 'person'
            )
            and claim_id = (select min(first.claim_id) from claims as first where first.hit_id = claims.hit_id)
        )
    )
    and friend_key not in (
        select paid.friend_key from claims as paid
        inner join rewards on rewards.claim_id = paid.claim_id
        where rewards.state in ('approved', 'redeemed')
    );
