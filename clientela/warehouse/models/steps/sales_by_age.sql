/*
All named sales once through: by the day of the buyer's first purchase, by month, and by age.

grain:  first_purchase_on, month, age_month, is_first, back_in_quarter
inputs: steps.purchase_sequence, steps.replayed_people, steps.replayed_purchases, steps.refunds, marts.customer_value,
        marts.categories
units:  goods in the shop's currency; purchases counts buying days; month is its first day
terms:  age_month is the buyer's age in months of 365/12 days when the money moved, 0 the first; is_first marks what
        belongs to the first purchase; back_in_quarter is null, or the number of the 91.25 open days since the
        first purchase, 0 the first, in which these people bought again: each of them counts once in backs
rules:  people inside the seven categories; first_purchase_on and age_month are null for who has no purchase that
        stands; refunds at their own date
*/
with bought as (
    select
        orders.person_no,
        orders.purchased_on as dated_on,
        orders.purchased_on as taken_from_on,
        orders.open_day,
        orders.goods,
        replayed.person_no is null and orders.opens_purchase as opens,
        case when replayed.person_no is null then orders.gap_days end as gap_days,
        orders.nth
    from steps.purchase_sequence as orders
    left join steps.replayed_people as replayed on replayed.person_no = orders.person_no
    where orders.purchased_on <= getvariable('as_of')
    union all
    select person_no, purchased_on, purchased_on, open_day, 0, true, gap_days, nth
    from steps.replayed_purchases
    union all
    select person_no, dated_on, takes_from_on, null, goods, false, null, null
    from steps.refunds
    where dated_on <= getvariable('as_of')
),

people as (
    select person_no, first_purchase_on, first_open_day
    from marts.customer_value
    union all
    select person_no, null, null
    from marts.categories
    where purchases = 0
),

aged as (
    select
        people.first_purchase_on,
        bought.dated_on,
        greatest(bought.dated_on - people.first_purchase_on, 0) * 12 // 365 as age_month,
        coalesce(bought.taken_from_on <= people.first_purchase_on, false) as is_first,
        case when bought.gap_days is not null then (bought.open_day - people.first_open_day) * 4 // 365 end as quarter,
        case
            when bought.nth > 2 then (bought.open_day - bought.gap_days - people.first_open_day) * 4 // 365
            else -1
        end as former_quarter,
        bought.goods,
        bought.opens
    from bought
    inner join people on people.person_no = bought.person_no
)

select
    first_purchase_on,
    cast(date_trunc('month', dated_on) as date) as month,
    age_month,
    is_first,
    case when quarter > former_quarter then quarter end as back_in_quarter,
    cast(sum(goods) as decimal(18, 4)) as goods,
    count(case when opens then 1 end) as purchases,
    count(case when quarter > former_quarter then 1 end) as backs
from aged
group by 1, 2, 3, 4, 5
