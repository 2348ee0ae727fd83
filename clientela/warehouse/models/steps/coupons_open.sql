/*
The coupons that people hold and have not used.

grain:  code, source
inputs: raw.coupons, staging.accounts, marts.identity
units:  valid_until is the last day on which the coupon is good; null where it has none
terms:  place numbers a person's coupons, the one that ends first before the others
rules:  issued and not redeemed by the report's date, still good on the day after it; void coupons are none, nor are those
        that have lost their holder
*/
with held as (
    select
        coupons.code,
        coupons.source,
        person_of(identity.person_no, accounts.account_no) as person_no,
        coupons.offer_type,
        coupons.value,
        coupons.value_type,
        cast(coupons.issued_at as date) as issued_on,
        coalesce(
            coupons.valid_until,
            cast(coupons.issued_at as date) + cast(coupons.validity_days as integer)
        ) as valid_until
    from raw.coupons as coupons
    inner join staging.accounts on accounts.public_id = coupons.customer_id
    left join marts.identity on identity.account_no = accounts.account_no
    where
        coalesce(coupons.status, 'issued') <> 'void'
        and coalesce(cast(coupons.issued_at as date), getvariable('as_of')) <= getvariable('as_of')
        and not (
            coupons.status = 'redeemed'
            and coalesce(cast(coupons.redeemed_at as date), getvariable('as_of')) <= getvariable('as_of')
        )
)

select
    held.*,
    row_number() over (partition by person_no order by valid_until nulls last, code, source) as place
from held
where valid_until is null or valid_until > getvariable('as_of')
