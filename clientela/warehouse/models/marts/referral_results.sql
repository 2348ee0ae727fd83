/*
What each person who sent somebody has brought: their friends, and the friends of those.

grain:  person_no (who sent)
inputs: steps.friends, marts.rewards
units:  money in the shop's currency over 12 months; margin_12m null where the friends' is; rewards_owed what is due
        and not given
terms:  further_friends came through their friends, in whatever generation; net_12m is the margin, else the revenue,
        less the rewards earned in the same 12 months that were not taken back
*/
with recursive below (person_no, friend_no, distance) as (
    select referrer_no, person_no, 1
    from steps.friends
    where referrer_no is not null
    union all
    select below.person_no, friends.person_no, below.distance + 1
    from below
    inner join steps.friends on friends.referrer_no = below.friend_no
    where below.distance < 20
),

brought as (
    select
        below.person_no,
        count(*) filter (where below.distance = 1) as friends,
        count(friends.first_purchase_on) filter (where below.distance = 1) as buyers,
        count(*) filter (where below.distance = 1 and friends.purchases >= 2) as customers,
        coalesce(sum(friends.revenue_12m) filter (where below.distance = 1), 0) as revenue_12m,
        sum(friends.margin_12m) filter (where below.distance = 1) as margin_12m,
        count(*) filter (where below.distance > 1) as further_friends,
        coalesce(sum(friends.revenue_12m) filter (where below.distance > 1), 0) as further_revenue_12m
    from below
    inner join steps.friends on friends.person_no = below.friend_no
    group by below.person_no
),

promised as (
    select
        member_no as person_no,
        coalesce(sum(case
            when state in ('held', 'approved', 'redeemed') and earned_on > getvariable('as_of') - 365 then amount
        end), 0) as rewards_12m,
        coalesce(sum(case when is_owed then amount end), 0) as rewards_owed,
        count(*) filter (where is_owed) as owed
    from marts.rewards
    where member_no is not null
    group by member_no
)

select
    brought.person_no,
    brought.friends,
    brought.buyers,
    brought.customers,
    brought.revenue_12m,
    brought.margin_12m,
    coalesce(promised.rewards_12m, 0) as rewards_12m,
    coalesce(brought.margin_12m, brought.revenue_12m) - coalesce(promised.rewards_12m, 0) as net_12m,
    brought.further_friends,
    brought.further_revenue_12m,
    coalesce(promised.rewards_owed, 0) as rewards_owed,
    coalesce(promised.owed, 0) as owed
from brought
left join promised on promised.person_no = brought.person_no
