/*
From how many categories of goods each best customer has bought lately, and in the half year before.

grain:  person_no
inputs: steps.best_customers, marts.identity, staging.orders, staging.friend_receipts, staging.order_lines
units:  categories_now in the last 180 days, categories_before in the 180 before those
rules:  empty where no file tells the lines of the receipts
*/
with receipts as (
    select
        person_of(identity.person_no, o.account_no) as person_no, o.source, o.row_key, o.ordered_on
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    where
        o.ordered_on > getvariable('as_of') - 360 and o.ordered_on <= getvariable('as_of')
        and o.goods > 0 and o.counts and o.account_no is not null
        and exists (select 1 from staging.order_lines where category is not null)
    union all
    select person_of(identity.person_no, friends.account_no), friends.source, friends.row_key, friends.ordered_on
    from staging.friend_receipts as friends
    left join marts.identity on identity.account_no = friends.account_no
    where
        friends.ordered_on > getvariable('as_of') - 360 and friends.ordered_on <= getvariable('as_of')
        and friends.goods > 0
),

mine as (
    select receipts.*
    from receipts
    inner join steps.best_customers as best
        on best.person_no = receipts.person_no and best.as_of = getvariable('as_of')
)

select
    mine.person_no,
    count(distinct case when mine.ordered_on > getvariable('as_of') - 180 then lines.category end) as categories_now,
    count(distinct case when mine.ordered_on <= getvariable('as_of') - 180 then lines.category end)
        as categories_before
from mine
inner join staging.order_lines as lines on lines.source = mine.source and lines.order_key = mine.row_key
where lines.category is not null
group by mine.person_no
