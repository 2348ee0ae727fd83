/*
steps.standing at a month end, carried on from the one before it (the variable former_as_of); what no model of a month end
asks for is empty.

The windows are two: what has come since, and what has left the last 365 days. The few people whose history refunds or
contracts change are counted anew from steps.replayed_purchases.
*/
with bought as (
    select
        person_no,
        count(*) filter (where opens_purchase and purchased_on > getvariable('former_as_of')) as purchases,
        min(case when nth = 1 then purchased_on end) as first_purchase_on,
        min(case when nth = 1 then open_day end) as first_open_day,
        max(case when purchased_on > getvariable('former_as_of') then purchased_on end) as last_purchase_on,
        max(case when purchased_on > getvariable('former_as_of') then open_day end) as last_open_day,
        sum(case when purchased_on > getvariable('former_as_of') then goods else -goods end) as change
    from carry.bought
    where
        (purchased_on > getvariable('former_as_of') and purchased_on <= getvariable('as_of'))
        or (purchased_on > getvariable('former_as_of') - 365 and purchased_on <= getvariable('as_of') - 365)
    group by person_no
),

given_back as (
    select person_no, sum(case when dated_on > getvariable('former_as_of') then goods else -goods end) as change
    from carry.money
    where
        (dated_on > getvariable('former_as_of') and dated_on <= getvariable('as_of'))
        or (dated_on > getvariable('former_as_of') - 365 and dated_on <= getvariable('as_of') - 365)
    group by person_no
),

-- Where customer records say who is known, everybody is in carry.everybody from the start.
known as (
    select
        person_no, customer_id, is_b2b, first_seen_on, purchases,
        first_purchase_on, last_purchase_on, first_open_day, last_open_day, revenue_12m
    from carry.everybody
    union all
    select
        person_no, customer_id, is_b2b, first_seen_on, purchases,
        first_purchase_on, last_purchase_on, first_open_day, last_open_day, revenue_12m
    from carry.unseen
    where first_seen_on > getvariable('former_as_of') and first_seen_on <= getvariable('as_of')
),

replayed as (
    select
        people.person_no,
        coalesce(max(bought.nth), 0) as purchases,
        min(bought.purchased_on) as first_purchase_on,
        max(bought.purchased_on) as last_purchase_on,
        min(bought.open_day) as first_open_day,
        max(bought.open_day) as last_open_day
    from steps.replayed_people as people
    left join steps.replayed_purchases as bought on bought.person_no = people.person_no
    group by people.person_no
)

select
    former.person_no,
    persons.person_no is not null or not getvariable('people_vary') as is_known,
    former.customer_id,
    cast(null as varchar) as name,
    coalesce(persons.kind, case when former.is_b2b then 'b2b' else 'consumer' end) as kind,
    cast(null as varchar) as email,
    cast(null as varchar) as phone,
    cast(null as varchar) as city,
    former.first_seen_on,
    false as do_not_contact,
    coalesce(persons.has_veto, false) as has_veto,
    false as is_erased,
    persons.exclusion,
    persons.ending,
    case
        when replayed.person_no is not null then replayed.purchases
        else former.purchases + coalesce(bought.purchases, 0)
    end as purchases,
    case
        when replayed.person_no is not null then replayed.first_purchase_on
        else coalesce(former.first_purchase_on, bought.first_purchase_on)
    end as first_purchase_on,
    case
        when replayed.person_no is not null then replayed.last_purchase_on
        else coalesce(bought.last_purchase_on, former.last_purchase_on)
    end as last_purchase_on,
    case
        when replayed.person_no is not null then replayed.first_open_day
        else coalesce(former.first_open_day, bought.first_open_day)
    end as first_open_day,
    case
        when replayed.person_no is not null then replayed.last_open_day
        else coalesce(bought.last_open_day, former.last_open_day)
    end as last_open_day,
    cast(null as decimal(18, 4)) as revenue_total,
    cast(
        former.revenue_12m + coalesce(bought.change, 0) + coalesce(given_back.change, 0) as decimal(18, 4)
    ) as revenue_12m
from known as former
left join bought on bought.person_no = former.person_no
left join given_back on given_back.person_no = former.person_no
left join replayed on replayed.person_no = former.person_no
left join carry.persons as persons on persons.person_no = former.person_no
