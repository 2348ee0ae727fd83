/*
What would be gone if the late and the silent best customers left, and if the ten best did.

grain:  person_no
inputs: marts.customer_value, marts.expected_value, marts.categories, marts.silent_best
units:  expected_12m and expected_margin_12m in the shop's currency over the next twelve months
terms:  place counts from the person of whom most is expected
rules:  people who have not left; the late, the silent best, and the ten best
*/
with placed as (
    select
        bought.person_no,
        bought.customer_id,
        categories.is_late,
        silent.person_no is not null as is_silent_best,
        expected.expected_12m,
        expected.expected_margin_12m,
        row_number() over (
            order by round(coalesce(expected.expected_margin_12m, expected.expected_12m), 9) desc, bought.customer_id
        ) as place
    from marts.customer_value as bought
    inner join marts.expected_value as expected on expected.person_no = bought.person_no
    inner join marts.categories on categories.person_no = bought.person_no
    left join marts.silent_best as silent on silent.person_no = bought.person_no
    where categories.lost_kind is null
)

select
    person_no,
    customer_id,
    is_late,
    is_silent_best,
    place <= 10 as is_among_ten,
    place,
    expected_12m,
    expected_margin_12m
from placed
where is_late or is_silent_best or place <= 10
