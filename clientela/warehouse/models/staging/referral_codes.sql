/*
Which code belongs to whom.

grain:  code, is_spoken
inputs: raw.referrals, raw.referral_links
stored: table
terms:  is_spoken marks the short code, as it is said at the till, without blanks and without the name before it
rules:  a code belongs to the referrer of its claims, else to the holder of its link
*/
with codes as (
    select code, false as is_spoken, referrer_id, 1 as place
    from raw.referrals
    where code is not null
    union all
    select code, false, customer_id, 2
    from raw.referral_links
    union all
    select upper(short_code), true, customer_id, 2
    from raw.referral_links
    where short_code is not null
),

placed as (
    select code, is_spoken, referrer_id, place, min(place) over (partition by code, is_spoken) as first_place
    from codes
)

select code, is_spoken, min(referrer_id) as referrer_id
from placed
where place = first_place
group by code, is_spoken
