/*
Who leaves the shop most, and who least, once their service is paid: this year's places and last year's.

grain:  person_no
inputs: marts.customer_value, marts.people, marts.margins, marts.attention, steps.year_ago
units:  money in the shop's currency; minutes
terms:  yield_12m is the margin of the 365 days that end with the report's date less costs_12m (sales less costs where
        margins are not known: is_margin false); yield_before the same of the twelve months before, position_before its
        place; climbed is how many places up since then, null for who was not there; decile is top or bottom for the best
        and the last tenth, rounded, at least one
rules:  people with sales, refunds or costs in the 12 months; nobody is in a tenth under twenty people; the year before is
        told in whole months for margins, and by its report for sales; ties by id
*/
with known as (
    select count(margin_12m) > 0 as is_margin
    from marts.customer_value
),

former_margins as (
    select person_no, cast(sum(margin) as double) as gain
    from marts.margins
    where
        month >= cast(date_trunc('month', getvariable('as_of')) - interval 23 month as date)
        and month <= cast(date_trunc('month', getvariable('as_of')) - interval 12 month as date)
    group by person_no
),

gains as (
    select
        bought.person_no,
        bought.customer_id,
        bought.category,
        people.name,
        not people.is_erased as is_listed,
        known.is_margin,
        bought.revenue_12m,
        cast(case when known.is_margin then bought.margin_12m else bought.revenue_12m end as double) as gain_12m,
        coalesce(attention.costs_12m, 0) as costs_12m,
        coalesce(attention.minutes_12m, 0) as minutes_12m,
        case when known.is_margin then former_margins.gain else cast(year_ago.revenue_12m as double) end as gain_before,
        coalesce(attention.costs_before, 0) as costs_before
    from marts.customer_value as bought
    inner join marts.people on people.person_no = bought.person_no
    cross join known
    left join marts.attention on attention.person_no = bought.person_no
    left join former_margins on former_margins.person_no = bought.person_no
    left join steps.year_ago on year_ago.customer_id = bought.customer_id and year_ago.revenue_12m <> 0
),

formerly as (
    select
        person_no,
        gain_before - costs_before as yield_before,
        row_number() over (order by round(gain_before - costs_before, 9) desc, customer_id) as position_before
    from gains
    where gain_before is not null
),

sizes as (
    select count(*) as people, greatest(floor(count(*) / 10.0 + 0.5), 1) as tenth
    from gains
    where revenue_12m <> 0 or costs_12m > 0
),

placed as (
    select
        gains.*,
        gains.gain_12m - gains.costs_12m as yield_12m,
        row_number() over (order by round(gains.gain_12m - gains.costs_12m, 9) desc, gains.customer_id) as position
    from gains
    where gains.revenue_12m <> 0 or gains.costs_12m > 0
)

select
    placed.position,
    placed.person_no,
    placed.customer_id,
    placed.name,
    placed.category,
    placed.is_margin,
    placed.yield_12m,
    placed.gain_12m,
    placed.costs_12m,
    placed.minutes_12m,
    case
        when sizes.people < 20 then null
        when placed.position <= sizes.tenth then 'top'
        when placed.position > sizes.people - sizes.tenth then 'bottom'
    end as decile,
    formerly.yield_before,
    formerly.position_before,
    formerly.position_before - placed.position as climbed,
    placed.is_listed
from placed
cross join sizes
left join formerly on formerly.person_no = placed.person_no
