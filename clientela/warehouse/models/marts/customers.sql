/*
Everybody inside the seven categories, with everything a list or a page says about one person.

grain:  customer_id
inputs: marts.categories, steps.judged, marts.people, marts.shop_rhythm, marts.fan_scores, marts.answers,
        steps.evidence, steps.referral_origins, steps.won_back, marts.connectors, steps.last_snapshot, staging.calendar
units:  days of silence, gaps and limits are open days; revenue in the shop's currency; chance is 0 to 1
terms:  overlays are codes joined by |; lost_on is the month end that first said lost, left_on the day the silence
        became too long; list_position orders a category's printed list
rules:  erased people are counted and never listed; nobody's own gap is shown before the third purchase as a rhythm
        (own_gap_days is the plain mean all the same)
*/
with described as (
    select
        judged.customer_id,
        judged.person_no,
        judged.name,
        judged.kind,
        judged.email,
        judged.phone,
        judged.city,
        judged.first_seen_on,
        not judged.is_erased as is_listed,
        categories.category,
        concat_ws(
            '|',
            case when categories.is_late then 'late' end,
            case when won_back.person_no is not null and judged.lost_kind is null then 'won_back' end,
            case
                when categories.category = 'referral'
                    and origins.claimed_on < getvariable('as_of') - cast(getvariable('prospect_stale_days') as integer)
                    then 'stale'
            end,
            case when connectors.person_no is not null then 'connector' end,
            case when fans.is_near_fan then 'near_fan' end,
            answers.nps_class,
            case when answers.exclusive = 'yes' then 'exclusive' end,
            case when origins.person_no is not null then 'origin_referral' end,
            case when judged.kind = 'b2b' then 'b2b' end,
            case when judged.is_seasonal then 'seasonal' end,
            case when judged.do_not_contact then 'do_not_contact' end
        ) as overlays,
        categories.purchases,
        judged.first_purchase_on,
        judged.last_purchase_on,
        judged.last_open_day,
        judged.silent_days,
        judged.own_gap_days,
        judged.expected_gap_days,
        judged.late_after_days,
        judged.silence_allowed_days,
        judged.rhythm_p,
        judged.chance,
        coalesce(judged.revenue_total, 0) as revenue_total,
        coalesce(judged.revenue_12m, 0) as revenue_12m,
        categories.is_late,
        judged.lost_kind,
        judged.limit_days,
        case
            when categories.category = 'lost' then coalesce(former.lost_on, getvariable('as_of'))
        end as lost_on,
        coalesce(former.times_lost, 0)
        + case when categories.category = 'lost' and coalesce(former.category, '') <> 'lost' then 1 else 0 end
            as times_lost,
        fans.score as fan_score,
        case when fans.is_near_fan then fans.missing end as fan_missing,
        origins.referrer_no,
        origins.referrer_text as referred_by,
        origins.claimed_on,
        coalesce(evidence.has_left_contact, false) as is_warm,
        evidence.first_touch_on,
        case
            when categories.category = 'buyer'
                then cast(floor(shop.first_repeat_days) as integer) - judged.silent_days
        end as days_left,
        judged.do_not_contact,
        judged.ending
    from steps.judged
    inner join marts.categories on categories.person_no = judged.person_no
    cross join marts.shop_rhythm as shop
    left join marts.fan_scores as fans on fans.person_no = judged.person_no
    left join marts.answers on answers.person_no = judged.person_no
    left join steps.evidence on evidence.person_no = judged.person_no
    left join steps.referral_origins as origins on origins.person_no = judged.person_no
    left join steps.won_back on won_back.person_no = judged.person_no
    left join marts.connectors on connectors.person_no = judged.person_no
    left join steps.last_snapshot as former on former.customer_id = judged.customer_id
),

-- What orders the lists, narrow and in numbers: people in their full width are sorted once, by their place.
keys as (
    select
        person_no,
        customer_id,
        case category
            when 'buyer' then 1 when 'customer' then 2 when 'fan' then 3 when 'lost' then 4 when 'potential' then 5
            when 'prospect' then 6 else 7
        end as category_place,
        case when is_listed then 0 else 1 end as hidden,
        case category
            when 'buyer' then days_left
            when 'prospect' then case when is_warm then 0 else 1 end
            when 'customer' then case when is_late then 0 else 1 end
        end as turn,
        case
            when category = 'customer' and is_late then (1 - chance) * revenue_12m
            else cast(revenue_12m as double)
        end as worth,
        revenue_total,
        coalesce(claimed_on, first_touch_on, first_seen_on) as known_on
    from described
),

placed as (
    select
        person_no,
        category_place,
        row_number() over (
            partition by category_place
            order by hidden, turn, round(worth, 9) desc, revenue_total desc, known_on desc nulls last, customer_id
        ) as list_position
    from keys
)

select
    described.*,
    exits.day as left_on,
    referrers.name as referred_by_name,
    placed.list_position
from described
inner join placed on placed.person_no = described.person_no
left join staging.calendar as exits
    on exits.open_day = described.last_open_day + cast(floor(described.limit_days) as integer) + 1
    and not exits.is_closed
    and described.category = 'lost'
left join marts.people as referrers on referrers.person_no = described.referrer_no
-- Stored in the order of the lists, so that writing them sorts nothing.
order by placed.category_place, placed.list_position
