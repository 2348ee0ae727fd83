/*
Every purchase ever made: the days on which a person bought, those after the report's date included.

grain:  person_no, purchased_on (with merge = hours:N also nth)
inputs: staging.orders, staging.calendar, marts.identity, marts.refunded_days
units:  gap_days and open_day in open days; void_on is a day
terms:  nth counts a person's purchases from 1; gap_days runs from the purchase before
rules:  all valid orders of one person on one day are one purchase;
        needs_replay marks everybody with a void or a recurring purchase: their nth and gap_days depend on the
        date asked and are left to marts.standing_purchases
*/
with days as (
    select
        coalesce(identity.person_no, o.account_no) as person_no,
        o.ordered_on as purchased_on,
        bool_and(o.is_recurring) as is_recurring
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.goods > getvariable('min_net_amount') and o.goods >= 0 and o.counts and o.account_no is not null
        and getvariable('merge_hours') is null
    group by 1, 2
),

spaced as (
    select
        coalesce(identity.person_no, o.account_no) as person_no,
        o.ordered_on,
        o.ordered_at,
        o.is_recurring,
        lag(o.ordered_at) over (
            partition by coalesce(identity.person_no, o.account_no) order by o.ordered_at
        ) as former_at
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.goods > getvariable('min_net_amount') and o.goods >= 0 and o.counts and o.account_no is not null
        and getvariable('merge_hours') is not null
),

numbered as (
    select
        person_no,
        ordered_on,
        is_recurring,
        sum(
            case when former_at is null
                or date_diff('second', former_at, ordered_at) > 3600 * getvariable('merge_hours') then 1 else 0 end
        ) over (partition by person_no order by ordered_at) as visit
    from spaced
),

occasions as (
    select person_no, purchased_on, is_recurring from days
    union all
    select person_no, min(ordered_on), bool_and(is_recurring)
    from numbered
    group by person_no, visit
),

standing as (
    select
        occasions.person_no,
        occasions.purchased_on,
        calendar.open_day,
        refunded_days.void_on,
        occasions.is_recurring
    from occasions
    inner join staging.calendar on calendar.day = occasions.purchased_on
    left join marts.refunded_days
        on refunded_days.person_no = occasions.person_no
        and refunded_days.purchased_on = occasions.purchased_on
    where refunded_days.void_on is null or refunded_days.void_on > occasions.purchased_on
),

replayed as (
    select distinct person_no
    from standing
    where void_on is not null or is_recurring
)

select
    standing.person_no,
    standing.purchased_on,
    standing.open_day,
    standing.void_on,
    standing.is_recurring,
    replayed.person_no is not null as needs_replay,
    cast(row_number() over (
        partition by standing.person_no order by standing.purchased_on
    ) as integer) as nth,
    standing.open_day - lag(standing.open_day) over (
        partition by standing.person_no order by standing.purchased_on
    ) as gap_days
from standing
left join replayed on replayed.person_no = standing.person_no
