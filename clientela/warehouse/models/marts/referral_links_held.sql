/*
Every link with what came through it.

grain:  code, source
inputs: raw.referral_links, raw.referral_clicks, meta.batches, staging.referral_events, steps.programme_members,
        marts.identity, steps.friends, marts.rewards
units:  people are openings by somebody who is no program and no preview, visitors the different ones of each day;
        revenue of the friends who came, in all, in the shop's currency; rewards_due what is owed for them
terms:  is_live says that the link leads somewhere at the report's date; leads are friends who count, buyers of them
        those who have bought; is_served says that our own server serves it: it came by an exchange with the server,
        while a code of another programme, loaded from a file, leads nowhere at our address
rules:  made by the report's date
*/
with exchanged as (
    select batch_id from meta.batches where file_name like 'referral-server-%'
),

clicks as (
    select
        source,
        code,
        sum(people) as people,
        sum(visitors) as visitors,
        sum(previews) as previews,
        sum(bots) as bots
    from raw.referral_clicks
    where day <= getvariable('as_of')
    group by source, code
),

came as (
    select distinct
        events.code,
        friends.person_no,
        friends.first_purchase_on,
        friends.revenue_total
    from staging.referral_events as events
    left join marts.identity on identity.account_no = events.account_no
    inner join steps.friends on friends.person_no = person_of(identity.person_no, events.account_no)
    inner join steps.programme_members as members
        on members.customer_id = events.referrer_id and members.person_no = friends.referrer_no
    where events.is_live and events.code is not null
),

brought as (
    select code, count(*) as leads, count(first_purchase_on) as buyers, sum(revenue_total) as revenue
    from came
    group by code
),

owed as (
    select events.code, sum(rewards.amount) as rewards_due
    from marts.rewards
    inner join staging.referral_events as events
        on events.source = rewards.source and events.referral_id = rewards.referral_id
    where rewards.is_owed
    group by events.code
)

select
    links.code,
    links.source,
    links.short_code,
    links.customer_id,
    members.person_no,
    links.made_at,
    links.disabled_at is null or cast(links.disabled_at as date) > getvariable('as_of') as is_live,
    exchanged.batch_id is not null and links.disabled_at is null as is_served,
    cast(coalesce(clicks.people, 0) as bigint) as people,
    cast(coalesce(clicks.visitors, 0) as bigint) as visitors,
    cast(coalesce(clicks.previews, 0) as bigint) as previews,
    cast(coalesce(clicks.bots, 0) as bigint) as bots,
    coalesce(brought.leads, 0) as leads,
    coalesce(brought.buyers, 0) as buyers,
    cast(coalesce(brought.revenue, 0) as decimal(18, 2)) as revenue,
    cast(coalesce(owed.rewards_due, 0) as decimal(18, 2)) as rewards_due
from raw.referral_links as links
left join exchanged on exchanged.batch_id = links.batch_id
left join steps.programme_members as members on members.customer_id = links.customer_id
left join clicks on clicks.source = links.source and clicks.code = links.code
left join brought on brought.code = links.code
left join owed on owed.code = links.code
where cast(links.made_at as date) <= getvariable('as_of')
