/*
How the silent-best alarm would have done: how many of those named were lost within three months, and how many best
customers were lost without having been named.

grain:  as_of
inputs: steps.best_customers, steps.buying_signs, marts.voices, history.category_snapshots, steps.latest_snapshots,
        marts.categories, marts.people, steps.last_snapshot
units:  people
terms:  alarms are best customers, silent, with a sign, at that month end; lost of them by one of the three month ends
        after it; misses are best customers lost by then without an alarm
rules:  the last twelve month ends whose three months are over; a person may be named, and lost, at several of them;
        only what was dated by each; categories of goods are left out, so that an alarm here is late, smaller or slower
*/
with origins as (
    select as_of, cast(date_trunc('month', as_of) + interval 4 month as date) - 1 as until_on
    from steps.best_customers
    where
        as_of < getvariable('as_of')
        and cast(date_trunc('month', as_of) + interval 4 month as date) - 1 <= getvariable('as_of')
    group by as_of
),

best as (
    select best.as_of, origins.until_on, best.person_no, best.customer_id, best.is_late
    from steps.best_customers as best
    inner join origins on origins.as_of = best.as_of
),

spoken as (
    select best.as_of, best.person_no
    from best
    inner join marts.voices on voices.person_no = best.person_no
    where
        voices.voice in ('complaint', 'return')
        and voices.said_on <= best.as_of and voices.said_on > best.as_of - 365
    group by best.as_of, best.person_no
),

answered as (
    select
        best.as_of,
        best.person_no,
        voices.score,
        row_number() over (
            partition by best.as_of, best.person_no order by voices.said_on desc, voices.score
        ) as place
    from best
    inner join marts.voices on voices.person_no = best.person_no
    where
        voices.voice = 'answer'
        and voices.said_on <= best.as_of
        and voices.said_on > best.as_of - cast(getvariable('nps_valid_days') as integer)
),

latest as (
    select as_of, version
    from steps.latest_snapshots
    where
        as_of < getvariable('as_of')
        and as_of >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date)
),

losses as (
    select snapshots.customer_id, snapshots.as_of as lost_on
    from history.category_snapshots as snapshots
    inner join latest on latest.as_of = snapshots.as_of and latest.version = snapshots.version
    where snapshots.category = 'lost' and snapshots.lost_on = snapshots.as_of
    union all
    select people.customer_id, getvariable('as_of')
    from marts.categories
    inner join marts.people on people.person_no = categories.person_no
    inner join steps.last_snapshot as former on former.customer_id = people.customer_id
    where categories.lost_kind is not null and former.category <> 'lost'
),

lost_best as (
    select best.as_of, best.person_no
    from best
    inner join losses on losses.customer_id = best.customer_id
    where losses.lost_on > best.as_of and losses.lost_on <= best.until_on
    group by best.as_of, best.person_no
),

-- Only what was the last purchase at one of those month ends.
signs as (
    select
        person_no,
        purchased_on,
        coalesce(next_on, date '9999-12-31') as next_on,
        coalesce(round(recent_mean - 0.6 * earlier_median, 9) <= 0, false)
        or coalesce(last_gap > 1.5 * earlier_gap and gap_before > 1.5 * earlier_gap, false) as is_sign
    from steps.buying_signs
    where
        next_on is null
        or next_on >= cast(date_trunc('month', getvariable('as_of')) - interval 13 month as date)
),

judged as (
    select
        best.as_of,
        best.until_on,
        lost_best.person_no is not null as is_lost,
        spoken.person_no is null
        and (answered.score is null or answered.score between 7 and 8)
        and (best.is_late or coalesce(signs.is_sign, false)) as is_alarm
    from best
    left join spoken on spoken.as_of = best.as_of and spoken.person_no = best.person_no
    left join answered
        on answered.as_of = best.as_of and answered.person_no = best.person_no and answered.place = 1
    left join signs
        on signs.person_no = best.person_no
        and signs.purchased_on <= best.as_of
        and signs.next_on > best.as_of
    left join lost_best on lost_best.as_of = best.as_of and lost_best.person_no = best.person_no
)

select
    as_of,
    max(until_on) as until_on,
    count(*) as best_people,
    count(case when is_alarm then 1 end) as alarms,
    count(case when is_alarm and is_lost then 1 end) as lost_of_alarms,
    count(case when is_lost then 1 end) as lost_best,
    count(case when is_lost and not is_alarm then 1 end) as misses
from judged
group by as_of
