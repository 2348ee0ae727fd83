/*
What part of the purchases, or of the people, was cared for: every share of its kind, with its interval.

grain:  name
inputs: marts.recent_purchases, steps.wallet_answers, marts.touches, marts.customers, marts.shop_rhythm,
        marts.losses_register, marts.referral_participation, steps.first_purchase_cause, steps.ladder_people,
        steps.referral_origins, steps.year_ago, staging.calendar, raw.orders, steps.survey_answers,
        raw.referrals, raw.referral_links, history.snapshots
units:  shares 0 to 1; n is purchases for follow_up and discount.share, people for the others
terms:  low and high are Wilson's 95 % interval (1927); where one person counts with several purchases its size is the
        number of independent ones that would spread as much (Kish 1965), n at most
rules:  fewer than twenty are too few; neglect looks at those who left by the rhythm and may be contacted, over the own
        mean gap that ends the day before the silence became too long (the shop's, after two purchases), where contacts
        go back so far; a loss is judged 90 days after its report; exclusive is an answer of nine purchases of ten, or of
        no other shop
*/
with since as (
    select min(calendar.open_day) as open_day
    from marts.touches
    inner join staging.calendar on calendar.day = touches.touched_on
    where touches.contacts > 0
),

left_ones as (
    select
        customers.person_no,
        calendar.open_day as left_open_day,
        case when customers.purchases > 2 then customers.own_gap_days else shop.mean_gap_days end as cycle
    from marts.customers
    inner join staging.calendar on calendar.day = customers.left_on
    cross join marts.shop_rhythm as shop
    where customers.lost_kind = 'rhythm' and not customers.do_not_contact
),

heard as (
    select left_ones.person_no, coalesce(sum(touches.contacts), 0) as contacts
    from left_ones
    inner join since on left_ones.left_open_day - left_ones.cycle >= since.open_day
    left join (
        select touches.person_no, calendar.open_day, touches.contacts
        from marts.touches
        inner join staging.calendar on calendar.day = touches.touched_on
        where touches.contacts > 0
    ) as touches
        on touches.person_no = left_ones.person_no
        and touches.open_day < left_ones.left_open_day
        and touches.open_day >= left_ones.left_open_day - left_ones.cycle
    group by left_ones.person_no
),

said as (
    select
        person_no,
        said_on,
        ts,
        source,
        row_key,
        case
            when share_of_10 between 0 and 10 then share_of_10 >= 9
            when shops_used >= 1 and our_rank between 1 and shops_used then shops_used = 1
        end as is_exclusive
    from steps.survey_answers
),

files (what) as (
    select * from (select 'touchpoints' as what from marts.touches limit 1) as one
    union all
    select *
    from (
        select 'discounts' as what
        from raw.orders
        where
            (discount_amount is not null or coupon_code is not null)
            and cast(order_date as date) <= getvariable('as_of')
        limit 1
    ) as one
    union all
    select * from (select 'surveys' as what from said limit 1) as one
    union all
    select * from (select 'referrals' as what from raw.referrals limit 1) as one
    union all
    select * from (select 'referrals' as what from steps.referral_origins limit 1) as one
    union all
    select * from (select 'referrals' as what from steps.first_purchase_cause where cause = 'referral' limit 1) as one
    union all
    select * from (select 'links' as what from raw.referral_links limit 1) as one
    union all
    select * from (select 'year_ago' as what from steps.year_ago limit 1) as one
    union all
    select 'losses'
    from history.snapshots
    where as_of > getvariable('as_of') - 365 and as_of <= getvariable('as_of') - 90
),

has as (
    select
        count(case when what = 'touchpoints' then 1 end) > 0 as touchpoints,
        count(case when what = 'discounts' then 1 end) > 0 as discounts,
        count(case when what = 'surveys' then 1 end) > 0 as surveys,
        count(case when what = 'referrals' then 1 end) > 0 as referrals,
        count(case when what = 'links' then 1 end) > 0 as links,
        count(case when what = 'year_ago' then 1 end) > 0 as year_ago,
        count(case when what = 'losses' then 1 end) > 0 as losses
    from files
),

said_then as (
    select
        year_ago.customer_id,
        said.is_exclusive,
        customers.category = 'lost' as is_lost,
        row_number() over (
            partition by year_ago.customer_id order by said.ts desc, said.source desc, said.row_key desc
        ) as place
    from steps.year_ago
    inner join marts.customers on customers.customer_id = year_ago.customer_id
    inner join said on said.person_no = customers.person_no
    where
        year_ago.category in ('buyer', 'customer', 'fan')
        and customers.ending is null
        and said.is_exclusive is not null
        and said.said_on <= year_ago.told_on
        and said.said_on > year_ago.told_on - cast(getvariable('nps_valid_days') as integer)
),

groups (name, is_exclusive) as (
    values ('exclusive', true), ('others', false)
),

reasons (reason) as (
    values ('own_error'), ('neglect'), ('competitor'), ('price'), ('bad_relationship'), ('unknown')
),

parts (name, person_no, hits, n) as (
    select 'follow_up', person_no, followed_up, watched from marts.recent_purchases where watched > 0
    union all
    select 'discount.share', person_no, discounted_12m, purchases_12m
    from marts.recent_purchases
    where purchases_12m > 0
    union all
    select
        'full_price.' || groups.name, recent.person_no, recent.purchases_12m - recent.discounted_12m,
        recent.purchases_12m
    from marts.recent_purchases as recent
    inner join steps.wallet_answers as answers on answers.person_no = recent.person_no
    inner join groups on groups.is_exclusive = (answers.share >= 0.9)
    where recent.purchases_12m > 0
    union all
    select 'neglect.ignored_share', person_no, case when contacts = 0 then 1 else 0 end, 1 from heard
    union all
    select 'left.' || groups.name, 0, case when said_then.is_lost then 1 else 0 end, 1
    from said_then
    inner join groups on groups.is_exclusive = said_then.is_exclusive
    where said_then.place = 1
    union all
    select 'win_back.reason.' || reason, person_no, case when came_back_on <= lost_on + 90 then 1 else 0 end, 1
    from marts.losses_register
    where is_recoverable and lost_on <= getvariable('as_of') - 90
    union all
    select 'word_of_mouth.12m', steps.person_no, case when causes.cause = 'referral' then 1 else 0 end, 1
    from steps.first_purchase_cause as causes
    inner join steps.ladder_people as steps on steps.person_no = causes.person_no
    where steps.on_1 > getvariable('as_of') - 365
    union all
    select 'word_of_mouth.month', steps.person_no, case when causes.cause = 'referral' then 1 else 0 end, 1
    from steps.first_purchase_cause as causes
    inner join steps.ladder_people as steps on steps.person_no = causes.person_no
    where steps.on_1 >= cast(date_trunc('month', getvariable('as_of')) as date)
),

sums (name, people, n, hits, squares, products, sizes) as (
    select
        name, count(*), sum(n), sum(hits), sum(cast(hits as double) * hits), sum(cast(hits as double) * n),
        sum(cast(n as double) * n)
    from parts
    group by name
    union all
    select 'participation.' || category || '.brought_share', people, people, brought, brought, brought, people
    from marts.referral_participation
    union all
    select 'participation.' || category || '.with_link_share', people, people, with_link, with_link, with_link, people
    from marts.referral_participation
),

asked (name, reason) as (
    select 'follow_up', case when not touchpoints then 'no_touchpoints' end from has
    union all
    select 'neglect.ignored_share', case when not touchpoints then 'no_touchpoints' end from has
    union all
    select 'discount.share', case when not discounts then 'no_discounts' end from has
    union all
    select 'full_price.' || groups.name,
        case when not has.discounts then 'no_discounts' when not has.surveys then 'no_survey' end
    from groups cross join has
    union all
    select 'left.' || groups.name,
        case when not has.surveys then 'no_survey' when not has.year_ago then 'no_year_ago' end
    from groups cross join has
    union all
    select 'win_back.reason.' || reasons.reason, case when not has.losses then 'no_reports' end
    from reasons cross join has
    union all
    select 'word_of_mouth.month', case when not referrals then 'no_referrals' end from has
    union all
    select 'word_of_mouth.12m', case when not referrals then 'no_referrals' end from has
    union all
    select 'participation.' || category || '.brought_share', case when not has.referrals then 'no_referrals' end
    from marts.referral_participation cross join has
    union all
    select 'participation.' || category || '.with_link_share', case when not has.links then 'no_links' end
    from marts.referral_participation cross join has
),

rates as (
    select
        asked.name,
        asked.reason,
        coalesce(sums.n, 0) as n,
        coalesce(sums.people, 0) as people,
        sums.hits / cast(nullif(sums.n, 0) as double) as share,
        sums.squares,
        sums.products,
        sums.sizes
    from asked
    left join sums on sums.name = asked.name
),

spreads as (
    select
        *,
        squares - 2 * share * products + share * share * sizes as spread,
        case when name like 'full_price.%' then people else n end as counted
    from rates
),

sized as (
    select
        *,
        case
            when share > 0 and share < 1 and spread > 1e-9 then least(share * (1 - share) * n * n / spread, n)
            else cast(people as double)
        end as size
    from spreads
    where n > 0
),

intervals as (
    select
        name,
        n,
        people,
        share,
        wilson_low(share, size) as low,
        wilson_high(share, size) as high
    from sized
),

-- Twenty people, where they are compared; else twenty purchases or people.
judged as (
    select
        spreads.name,
        intervals.share as value,
        intervals.low,
        intervals.high,
        spreads.counted as n,
        coalesce(spreads.reason, case when spreads.counted < 20 then 'too_few' end) as reason
    from spreads
    left join intervals on intervals.name = spreads.name
),

-- The interval of a difference is that of Newcombe (1998).
differences as (
    select
        kinds.name || '.difference' as name,
        ours.value - others.value as value,
        ours.value - others.value - sqrt(pow(ours.value - ours.low, 2) + pow(others.high - others.value, 2)) as low,
        ours.value - others.value + sqrt(pow(ours.high - ours.value, 2) + pow(others.value - others.low, 2)) as high,
        ours.n + others.n as n,
        coalesce(ours.reason, others.reason) as reason
    from (values ('full_price'), ('left')) as kinds (name)
    inner join judged as ours on ours.name = kinds.name || '.exclusive'
    inner join judged as others on others.name = kinds.name || '.others'
)

select name, value, low, high, cast(n as bigint) as n, reason from judged
union all
select name, value, low, high, cast(n as bigint) as n, reason from differences
union all
select 'neglect.contacts_median', quantile_cont(heard.contacts, 0.5), null, null, count(heard.person_no),
    case when not has.touchpoints then 'no_touchpoints' when count(heard.person_no) < 20 then 'too_few' end
from has
left join heard on true
group by has.touchpoints
