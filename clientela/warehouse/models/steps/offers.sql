/*
How many personal offers each person had and took.

grain:  person_no
inputs: raw.coupons, staging.accounts, marts.identity
units:  counts of coupons
rules:  issued and redeemed by the report's date; a void coupon was no offer, nor is what a friend or a fan gets
        for having come or sent somebody (offer_type referral)
*/
select
    person_of(identity.person_no, accounts.account_no) as person_no,
    count(*) as offers,
    count(*) filter (
        where coupons.status = 'redeemed'
        and coalesce(cast(coupons.redeemed_at as date), getvariable('as_of')) <= getvariable('as_of')
    ) as accepted
from raw.coupons as coupons
inner join staging.accounts on accounts.public_id = coupons.customer_id
left join marts.identity on identity.account_no = accounts.account_no
where
    coalesce(coupons.status, 'issued') <> 'void'
    and coalesce(coupons.offer_type, '') <> 'referral'
    and coalesce(cast(coupons.issued_at as date), getvariable('as_of')) <= getvariable('as_of')
group by 1
