/*
Who came through whom: the one claim that counts for each person.

grain:  person_no
inputs: steps.referral_claims, marts.activity
units:  claimed_on and first_purchase_on are days
terms:  evidence and shown_on are those of steps.referral_claims: a code or coupon shown at or before the first purchase
        comes first, then the owner's word, a click of the friend's own or a fan named at the till, a contact alone;
        is_payable says that the claim was there before the first purchase and within window_days of it, or is the
        owner's own word
rules:  not valid: oneself, somebody who had bought more than late_claim_days before, a claim older than window_days
        at the first purchase; of the valid ones the best proven counts, among equals the first,
        ties by the referrer's id; the owner's word is bound to no days, and the latest word counts;
        a code shown after the first purchase proves nothing;
        of the claims that close a circle the latest is not valid
*/
with recursive valid as (
    select
        claims.person_no,
        claims.referrer_no,
        claims.referrer_text,
        coalesce(cast(claims.claimed_at as date), counts.first_purchase_on) as claimed_on,
        coalesce(claims.claimed_at, cast(counts.first_purchase_on as timestamp)) as claimed_at,
        counts.first_purchase_on,
        counts.first_purchase_on is null
        or claims.claimed_at is null
        or cast(claims.claimed_at as date) <= counts.first_purchase_on
        or claims.is_owner as is_payable,
        row_number() over (
            partition by claims.person_no
            order by
                case
                    when claims.shown_on <= coalesce(counts.first_purchase_on, claims.shown_on) then 1
                    when claims.is_owner then 2
                    when cast(claims.claimed_at as date) > counts.first_purchase_on then 5
                    else claims.evidence
                end,
                case when claims.is_owner then claims.claimed_at end desc,
                coalesce(claims.claimed_at, cast(counts.first_purchase_on as timestamp)),
                claims.referrer_text, claims.claimed_at, claims.is_owner
        ) as place
    from steps.referral_claims as claims
    left join marts.activity as counts on counts.person_no = claims.person_no
    where
        not claims.is_self
        and (
            claims.is_owner
            or counts.first_purchase_on is null
            or claims.claimed_at is null
            or cast(claims.claimed_at as date) between
                counts.first_purchase_on - cast(getvariable('window_days') as integer)
                and counts.first_purchase_on + cast(getvariable('late_claim_days') as integer)
        )
),

chosen as (
    select person_no, referrer_no, referrer_text, claimed_on, claimed_at, first_purchase_on, is_payable
    from valid
    where place = 1
),

above (person_no, ancestor_no) as (
    select person_no, referrer_no from chosen
    where referrer_no is not null
    union
    select above.person_no, chosen.referrer_no
    from above
    inner join chosen on chosen.person_no = above.ancestor_no
    where chosen.referrer_no is not null
),

circles as (
    select one.person_no, min(one.ancestor_no) as circle_no
    from above as one
    inner join above as other on other.person_no = one.ancestor_no and other.ancestor_no = one.person_no
    group by one.person_no
),

closers as (
    select
        chosen.person_no,
        row_number() over (
            partition by circles.circle_no order by chosen.claimed_at desc, chosen.person_no desc
        ) as place
    from chosen
    inner join circles on circles.person_no = chosen.person_no
)

select
    chosen.person_no,
    chosen.referrer_no,
    chosen.referrer_text,
    chosen.claimed_on,
    chosen.first_purchase_on,
    chosen.is_payable
from chosen
left join closers on closers.person_no = chosen.person_no and closers.place = 1
where closers.person_no is null
