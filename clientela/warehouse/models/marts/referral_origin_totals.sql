/*
Where the people stand today whom somebody once sent.

grain:  category, all seven always
inputs: marts.categories, steps.referral_origins
units:  people
*/
with names (category, position) as (
    values ('potential', 1), ('prospect', 2), ('lost', 3), ('referral', 4), ('buyer', 5), ('customer', 6), ('fan', 7)
),

came as (
    select categories.category, count(*) as people
    from marts.categories
    inner join steps.referral_origins as origins on origins.person_no = categories.person_no
    group by categories.category
)

select names.category, names.position, coalesce(came.people, 0) as people
from names
left join came on came.category = names.category
