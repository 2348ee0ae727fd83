/*
From which category to which, between the last month end and this one.

grain:  from_category, to_category
inputs: steps.moves
units:  people; revenue in the shop's currency over 12 months: revenue_before as the month end before said, revenue_12m
        as it is now, or then for those who are outside now
rules:  the sums over to_category of people and revenue_before are the categories of the month before, those over
        from_category of people and revenue_12m the categories of now; outside has no sum
*/
select
    from_category,
    to_category,
    count(*) as people,
    cast(sum(revenue_12m) as decimal(18, 2)) as revenue_12m,
    cast(sum(revenue_before) as decimal(18, 2)) as revenue_before
from steps.moves
group by from_category, to_category
