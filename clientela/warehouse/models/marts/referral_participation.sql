/*
How many of the regulars and of the fans take part in bringing friends.

grain:  category (customer or fan)
inputs: marts.categories, marts.referral_links_held, marts.referral_results
units:  people
terms:  with_link hold a link that leads somewhere; brought have sent somebody, brought_buyers somebody who has bought
*/
with holders as (
    select distinct person_no
    from marts.referral_links_held
    where is_live and person_no is not null
)

select
    names.category,
    count(categories.person_no) as people,
    count(holders.person_no) as with_link,
    count(results.person_no) as brought,
    count(case when results.buyers > 0 then 1 end) as brought_buyers
from (values ('customer'), ('fan')) as names (category)
left join marts.categories on categories.category = names.category
left join holders on holders.person_no = categories.person_no
left join marts.referral_results as results on results.person_no = categories.person_no
group by names.category
