/*
The flock inside the fence: everybody enrolled, and how they stand.

grain:  member
inputs: marts.categories, marts.people, marts.expected_value, steps.consent_state, steps.evidence,
        staging.person_records, marts.identity
units:  people; expected_12m and expected_margin_12m in the shop's currency, variance its square
terms:  enrolled have bought or hold a card; they divide into active (within their own rhythm), silent (late), left
        (lost) and never_bought (a card, no purchase); with_contact of the enrolled have left a contact and may be
        contacted; by_phone and by_email of those who have not left have the number or address and have said yes
rules:  people inside the seven categories
*/
with cards as (
    select distinct person_of(identity.person_no, records.account_no) as person_no
    from staging.person_records as records
    left join marts.identity on identity.account_no = records.account_no
    where
        (records.card_number is not null or records.table_name = 'loyalty_events')
        and records.account_no is not null
        and (records.seen_on is null or records.seen_on <= getvariable('as_of'))
),

enrolled as (
    select
        case
            when categories.purchases = 0 then 'never_bought'
            when categories.lost_kind is not null then 'left'
            when categories.is_late then 'silent'
            else 'active'
        end as member,
        coalesce(people.email, people.phone) is not null or coalesce(evidence.has_left_contact, false) as has_contact,
        people.phone is not null and consents.phone = 'yes' as by_phone,
        people.email is not null and consents.email = 'yes' as by_email,
        people.do_not_contact or people.is_erased as is_closed,
        expected.expected_12m,
        expected.expected_margin_12m,
        expected.variance
    from marts.categories
    inner join marts.people on people.person_no = categories.person_no
    left join cards on cards.person_no = categories.person_no
    left join steps.evidence on evidence.person_no = categories.person_no
    left join steps.consent_state as consents on consents.person_no = categories.person_no
    left join marts.expected_value as expected on expected.person_no = categories.person_no
    where categories.purchases > 0 or cards.person_no is not null
),

members as (
    select 'enrolled' as member, expected_12m, expected_margin_12m, variance from enrolled
    union all
    select member, expected_12m, expected_margin_12m, variance from enrolled
    union all
    select 'with_contact', expected_12m, expected_margin_12m, variance
    from enrolled
    where has_contact and not is_closed
    union all
    select 'by_phone', expected_12m, expected_margin_12m, variance
    from enrolled
    where by_phone and not is_closed and member <> 'left'
    union all
    select 'by_email', expected_12m, expected_margin_12m, variance
    from enrolled
    where by_email and not is_closed and member <> 'left'
),

names (position, member) as (
    values
    (1, 'enrolled'), (2, 'active'), (3, 'silent'), (4, 'left'), (5, 'never_bought'),
    (6, 'with_contact'), (7, 'by_phone'), (8, 'by_email')
)

select
    names.position,
    names.member,
    count(members.member) as people,
    cast(coalesce(sum(cast(members.expected_12m as decimal(28, 9))), 0) as decimal(18, 2)) as expected_12m,
    cast(sum(cast(members.expected_margin_12m as decimal(28, 9))) as decimal(18, 2)) as expected_margin_12m,
    coalesce(sum(members.variance), 0) as variance
from names
left join members on members.member = names.member
group by names.position, names.member
