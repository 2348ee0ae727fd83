/*
How many times each person bought lately, how often at a discount, and how often somebody got back to them.

grain:  person_no
inputs: steps.standing_purchases, marts.touches, marts.identity, raw.orders
units:  purchases
terms:  purchases_12m are those of the 365 days that end with the report's date, discounted_12m those of them with a
        coupon or a discount on a receipt of the day; watched are those of the 365 days that ended 14 days earlier,
        followed_up those of them after which a contact reached the person within 14 days
rules:  a contact on the day of the purchase itself is part of it; purchases before the first contact on file are not
        watched, since nobody can tell
*/
with since as (
    select min(touched_on) as first_on
    from marts.touches
    where contacts > 0
),

discounted as (
    select distinct
        person_of(
            identity.person_no,
            account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone)
        ) as person_no,
        case
            when upper(o.doc_type) in ('TD24', 'TD25') and o.delivery_date is not null then o.delivery_date
            else cast(o.order_date as date)
        end as ordered_on
    from raw.orders as o
    left join marts.identity
        on identity.account_no
        = account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone)
    where (o.discount_amount > 0 or o.coupon_code is not null) and o.order_date > getvariable('as_of') - 379
),

bought as (
    select person_no, purchased_on
    from steps.standing_purchases
    where purchased_on > getvariable('as_of') - 379
),

answered as (
    select distinct bought.person_no, bought.purchased_on
    from bought
    inner join marts.touches
        on touches.person_no = bought.person_no
        and touches.touched_on between bought.purchased_on + 1 and bought.purchased_on + 14
    where touches.contacts > 0 and touches.touched_on > getvariable('as_of') - 379
),

marked as (
    select
        bought.person_no,
        bought.purchased_on > getvariable('as_of') - 365 as is_recent,
        discounted.person_no is not null as is_discounted,
        coalesce(
            bought.purchased_on <= getvariable('as_of') - 14 and bought.purchased_on >= since.first_on, false
        ) as is_watched,
        answered.person_no is not null as is_answered
    from bought
    cross join since
    left join discounted on discounted.person_no = bought.person_no and discounted.ordered_on = bought.purchased_on
    left join answered on answered.person_no = bought.person_no and answered.purchased_on = bought.purchased_on
)

select
    person_no,
    count(case when is_recent then 1 end) as purchases_12m,
    count(case when is_recent and is_discounted then 1 end) as discounted_12m,
    count(case when is_watched then 1 end) as watched,
    count(case when is_watched and is_answered then 1 end) as followed_up
from marked
group by person_no
