/*
Friends by how many steps they are from somebody who came without a friend.

grain:  generation
inputs: steps.friends, marts.rewards
units:  money in the shop's currency over 12 months; margin_12m null where the friends' is
terms:  buyers have bought, customers at least twice; net_12m is the margin, else the revenue, less the rewards earned
        in the same 12 months for these friends and not taken back
*/
with promised as (
    select friends.generation, sum(rewards.amount) as rewards_12m
    from marts.rewards
    inner join steps.friends on friends.person_no = rewards.friend_no
    where
        rewards.state in ('held', 'approved', 'redeemed')
        and rewards.earned_on > getvariable('as_of') - 365
    group by friends.generation
),

counted as (
    select
        generation,
        count(*) as friends,
        count(first_purchase_on) as buyers,
        count(*) filter (where purchases >= 2) as customers,
        sum(revenue_12m) as revenue_12m,
        sum(margin_12m) as margin_12m
    from steps.friends
    group by generation
)

select
    counted.generation,
    counted.friends,
    counted.buyers,
    counted.customers,
    cast(counted.revenue_12m as decimal(18, 2)) as revenue_12m,
    cast(counted.margin_12m as decimal(18, 2)) as margin_12m,
    cast(coalesce(promised.rewards_12m, 0) as decimal(18, 2)) as rewards_12m,
    cast(coalesce(counted.margin_12m, counted.revenue_12m) - coalesce(promised.rewards_12m, 0) as decimal(18, 2))
        as net_12m
from counted
left join promised on promised.generation = counted.generation
