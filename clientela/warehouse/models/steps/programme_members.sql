/*
Whom the links, rewards and claims mean by their customer ids.

grain:  customer_id
inputs: raw.referral_links, raw.referral_rewards, raw.referrals, staging.accounts, marts.identity
rules:  an id that nobody answers to any more is not here
*/
with named as (
    select customer_id from raw.referral_links
    union
    select customer_id from raw.referral_rewards
    union
    select referrer_id from raw.referrals
)

select
    accounts.public_id as customer_id,
    min(person_of(identity.person_no, accounts.account_no)) as person_no
from staging.accounts
inner join named on named.customer_id = accounts.public_id
left join marts.identity on identity.account_no = accounts.account_no
group by accounts.public_id
