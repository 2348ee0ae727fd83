/*
Every fan with what page and list say of them: spending, rhythm, answer, link, friends brought, reward owed.

grain:  customer_id
inputs: marts.customers, marts.answers, marts.referral_links_held, marts.referral_results, marts.rewards
units:  money in the shop's currency; rewards_owed is due and not given; overdue counts rewards owed for over 30 days
terms:  link is the newest address that our server serves; the code alone where it serves none of the fan's, or the
        settings name no base_url; null where the fan has none
*/
with links as (
    select
        person_no,
        code,
        short_code,
        is_served,
        row_number() over (
            partition by person_no order by is_served desc, made_at desc, code, source
        ) as place
    from marts.referral_links_held
    where is_live and person_no is not null
),

owed as (
    select
        member_no as person_no,
        sum(amount) as rewards_owed,
        count(*) as owed,
        count(*) filter (where is_overdue) as overdue,
        min(due_on) as due_on
    from marts.rewards
    where is_owed and member_no is not null
    group by member_no
)

select
    customers.customer_id,
    customers.person_no,
    customers.list_position,
    customers.is_listed,
    customers.name,
    customers.phone,
    customers.email,
    customers.purchases,
    customers.own_gap_days,
    customers.revenue_12m,
    answers.score,
    case
        when links.code is null then null
        when getvariable('base_url') = '' or not links.is_served then links.code
        else getvariable('base_url') || '/r/' || links.code
    end as link,
    links.short_code,
    coalesce(results.friends, 0) as friends,
    coalesce(results.buyers, 0) as buyers,
    cast(coalesce(results.revenue_12m, 0) as decimal(18, 2)) as friends_revenue_12m,
    coalesce(owed.owed, 0) as owed,
    cast(coalesce(owed.rewards_owed, 0) as decimal(18, 2)) as rewards_owed,
    coalesce(owed.overdue, 0) as overdue,
    owed.due_on
from marts.customers
left join marts.answers on answers.person_no = customers.person_no
left join links on links.person_no = customers.person_no and links.place = 1
left join marts.referral_results as results on results.person_no = customers.person_no
left join owed on owed.person_no = customers.person_no
where customers.category = 'fan'
