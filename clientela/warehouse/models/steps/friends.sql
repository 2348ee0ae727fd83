/*
Everybody whom somebody sent, with their place in the tree and what they are worth.

grain:  person_no
inputs: steps.referral_origins, marts.activity, marts.categories, steps.friend_orders
units:  revenue and margin in the shop's currency, goods; margin_12m null where the cost is known on fewer than 80 of
        100 lines of the last 12 months
terms:  generation 1 came through somebody who came without a friend, 2 through a friend of theirs, and so on
rules:  a document without cost has the margin of those with it; twenty generations at most
*/
with recursive tree (person_no, referrer_no, generation) as (
    select origins.person_no, origins.referrer_no, 1
    from steps.referral_origins as origins
    left join steps.referral_origins as above on above.person_no = origins.referrer_no
    where above.person_no is null
    union all
    select origins.person_no, origins.referrer_no, tree.generation + 1
    from tree
    inner join steps.referral_origins as origins on origins.referrer_no = tree.person_no
    where tree.generation < 20
),

year as (
    select
        person_no,
        sum(goods) as goods,
        sum(case when cost is not null then goods end) as goods_with_cost,
        sum(cost) as cost,
        sum(lines) as lines,
        sum(known_lines) as known_lines
    from steps.friend_orders
    where dated_on > getvariable('as_of') - 365
    group by person_no
),

known as (
    select
        sum(known_lines) >= 0.8 * sum(lines) as is_known,
        case
            when sum(goods_with_cost) > 0 then 1 - cast(sum(cost) as double) / cast(sum(goods_with_cost) as double)
        end as margin_share
    from year
)

select
    tree.person_no,
    tree.referrer_no,
    tree.generation,
    origins.claimed_on,
    categories.category,
    activity.first_purchase_on,
    coalesce(activity.purchases, 0) as purchases,
    coalesce(activity.revenue_total, 0) as revenue_total,
    coalesce(activity.revenue_12m, 0) as revenue_12m,
    case
        when known.is_known then cast(
            coalesce(year.goods_with_cost - year.cost, 0)
            + cast(coalesce(year.goods - coalesce(year.goods_with_cost, 0), 0) as double) * known.margin_share
            as decimal(18, 4)
        )
    end as margin_12m
from tree
inner join steps.referral_origins as origins on origins.person_no = tree.person_no
left join marts.categories on categories.person_no = tree.person_no
left join marts.activity on activity.person_no = tree.person_no
left join year on year.person_no = tree.person_no
cross join known
