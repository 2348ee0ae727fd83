/*
From which category to which, between the last month end and this one.

grain:  from_category, to_category
inputs: marts.moves
units:  people; revenue in the shop's currency over 12 months
*/
select
    from_category,
    to_category,
    count(*) as people,
    cast(sum(revenue_12m) as decimal(18, 2)) as revenue_12m
from marts.moves
group by from_category, to_category
