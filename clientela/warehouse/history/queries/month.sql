/*
Everybody at a month end, carried on from the one before it (the variable former_as_of).

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
    from steps.purchase_sequence
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
),

counted as (
    select
        former.person_no,
        former.place,
        former.seen_on,
        former.category as former_category,
        former.lost_on as former_lost_on,
        former.times_lost,
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
        cast(
            former.revenue_12m + coalesce(bought.change, 0) + coalesce(given_back.change, 0) as decimal(18, 4)
        ) as revenue_12m,
        coalesce(people.kind = 'b2b', former.is_firm) as is_firm,
        people.ending,
        coalesce(people.has_veto, false) as has_veto,
        case
            when getvariable('people_vary') then people.person_no is not null and people.exclusion is null
            else former.seen_on <= getvariable('as_of')
        end as is_known,
        origins.person_no is not null as is_referred,
        coalesce(evidence.is_touched, false) as is_touched
    from carry.everybody as former
    left join bought on bought.person_no = former.person_no
    left join given_back on given_back.person_no = former.person_no
    left join replayed on replayed.person_no = former.person_no
    left join carry.people as people on people.person_no = former.person_no
    left join steps.referral_origins as origins on origins.person_no = former.person_no
    left join steps.evidence as evidence on evidence.person_no = former.person_no
),

measured as (
    select
        counted.*,
        counted.purchases - 1 as x,
        counted.last_open_day - counted.first_open_day as t_x,
        greatest(today.open_day - counted.last_open_day, 0) as silent_days,
        shop.rhythm_alpha as alpha,
        shop.first_repeat_days
    from counted
    cross join marts.shop_rhythm as shop
    inner join staging.calendar as today on today.day = getvariable('as_of')
),

limits as (
    select
        * exclude (x, t_x, alpha, first_repeat_days),
        late_after_days(x, t_x, alpha) as late_days,
        case
            when x > 0 then silence_allowed_days(x, t_x, alpha)
            when x = 0 and getvariable('one_time_can_be_lost') then first_repeat_days
        end as limit_days
    from measured
),

judged as (
    select
        * exclude (ending, late_days),
        case
            when is_known and purchases > 0 then lost_kind(ending, purchases, silent_days, limit_days)
        end as lost_kind,
        is_known and purchases > 0 and is_late(ending, silent_days, late_days, limit_days) as is_late
    from limits
),

named as (
    select
        * exclude (is_known, is_referred, is_touched),
        case when is_known then category_of(purchases, lost_kind, false, is_referred, is_touched) end as category
    from judged
)

select
    person_no,
    place,
    is_firm,
    seen_on,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    revenue_12m,
    category,
    lost_kind,
    is_late,
    case when category = 'lost' then coalesce(former_lost_on, getvariable('as_of')) end as lost_on,
    case
        when category is null then 0
        else times_lost + case when category = 'lost' and coalesce(former_category, '') <> 'lost' then 1 else 0 end
    end as times_lost,
    silent_days,
    limit_days,
    has_veto
from named
