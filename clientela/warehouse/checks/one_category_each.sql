/*
Everybody inside the seven categories is in exactly one of them, and nobody else is.

rule: a known person has one category unless excluded; an excluded or unknown person has none
*/
with counted as (
    select
        coalesce(people.person_no, categories.person_no) as person_no,
        people.person_no is null as is_unknown,
        people.exclusion,
        count(categories.person_no) as categories,
        count(*) filter (
            where categories.category not in (
                'potential', 'prospect', 'lost', 'referral', 'buyer', 'customer', 'fan'
            )
        ) as unnamed
    from marts.people
    full outer join marts.categories on categories.person_no = people.person_no
    group by all
)

select *
from counted
where is_unknown or unnamed > 0 or categories <> case when exclusion is null then 1 else 0 end
