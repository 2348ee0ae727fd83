/*
There are seven totals, one a category, and their shares make one.

rule: a category without people is there with 0
*/
select
    count(*) as totals,
    count(distinct category) as categories,
    sum(share) as shares
from marts.category_totals
having
    count(*) <> 7 or count(distinct category) <> 7
    or abs(sum(share) - case when sum(people) > 0 then 1 else 0 end) > 1e-9
