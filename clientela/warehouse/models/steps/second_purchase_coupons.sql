/*
Who took a coupon home from the first purchase, among the new people of the time since there are coupons.

grain:  person_no
inputs: raw.coupons, staging.accounts, marts.identity, steps.ladder_people
terms:  has_coupon says that a personal coupon was issued on the day of the first purchase or the day after, and before
        the second one
rules:  people are compared by what they had at the start, so that nobody counts as without a coupon for having come
        back too soon to get one, nor with one for having stayed away long enough; void coupons and those for friends
        (offer_type referral) do not count; first purchases before the first coupon are not compared
*/
with coupons as (
    select
        person_of(identity.person_no, accounts.account_no) as person_no,
        cast(coupons.issued_at as date) as issued_on
    from raw.coupons as coupons
    inner join staging.accounts on accounts.public_id = coupons.customer_id
    left join marts.identity on identity.account_no = accounts.account_no
    where
        coalesce(coupons.status, 'issued') <> 'void'
        and coalesce(coupons.offer_type, '') <> 'referral'
        and cast(coupons.issued_at as date) <= getvariable('as_of')
),

given as (
    select distinct steps.person_no, steps.on_1
    from steps.ladder_people as steps
    inner join coupons on coupons.person_no = steps.person_no
    where
        coupons.issued_on between steps.on_1 and steps.on_1 + 1
        and (steps.on_2 is null or coupons.issued_on < steps.on_2)
),

since as (
    select min(on_1) as first_given_on from given
)

select steps.person_no, given.person_no is not null as has_coupon
from steps.ladder_people as steps
cross join since
left join given on given.person_no = steps.person_no
where steps.on_1 >= since.first_given_on
