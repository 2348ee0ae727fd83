/*
The money that nobody asks for: whom you may contact, who has heard nothing for ninety days, and what they would bring.

grain:  category (lost, referral, buyer, customer or fan)
inputs: marts.customers, steps.consent_state, steps.recent_contacts, marts.expected_value, steps.year_ago, marts.maturity,
        marts.touches, raw.consents
units:  people; expected_12m, low and high in the shop's currency over the next twelve months
terms:  who may be contacted has left a phone or an e-mail and has said yes to it; expected_12m sums marts.expected_value;
        of the lost and of those who have not bought yet it is people times what those who stood there a year ago have
        brought since, a head, which is their win-back share times the year of those who came back; n is how many these
        were
rules:  who cannot come back is left out; fewer than twenty a year ago are too few; low and high are the 95 % interval of
        that mean
*/
with names (position, category) as (
    values (3, 'lost'), (4, 'referral'), (5, 'buyer'), (6, 'customer'), (7, 'fan')
),

waiting as (
    select customers.category, customers.person_no, expected.expected_12m
    from marts.customers
    inner join steps.consent_state as consents on consents.person_no = customers.person_no
    left join steps.recent_contacts as heard on heard.person_no = customers.person_no
    left join marts.expected_value as expected on expected.person_no = customers.person_no
    where
        customers.is_listed and not customers.do_not_contact and customers.ending is null
        and heard.person_no is null
        and (
            (customers.phone is not null and consents.phone = 'yes')
            or (customers.email is not null and consents.email = 'yes')
        )
),

counted as (
    select category, count(*) as people, sum(expected_12m) as expected_12m
    from waiting
    group by category
),

since as (
    select
        year_ago.category,
        count(*) as people,
        avg(cast(customers.revenue_12m as double)) as mean,
        coalesce(var_samp(cast(customers.revenue_12m as double)), 0) as variance
    from steps.year_ago
    inner join marts.customers on customers.customer_id = year_ago.customer_id
    where year_ago.category in ('lost', 'referral') and customers.ending is null
    group by year_ago.category
),

has as (
    select
        exists (select 1 from marts.touches) as touchpoints,
        exists (select 1 from raw.consents) as consents,
        exists (select 1 from steps.year_ago) as year_ago
),

can_expect as (
    select max(reason) as reason
    from marts.maturity
    where answer = 'expected_12m'
),

judged as (
    select
        names.position,
        names.category,
        coalesce(counted.people, 0) as people,
        names.category in ('lost', 'referral') as is_seen,
        coalesce(counted.expected_12m, 0) as expected,
        coalesce(since.people, 0) as n,
        greatest(since.mean, 0) as mean,
        1.959964 * sqrt(since.variance / since.people) as reach,
        case when not has.touchpoints then 'no_touchpoints' when not has.consents then 'no_consents' end as reason,
        case
            when names.category not in ('lost', 'referral') then can_expect.reason
            when not has.year_ago then 'no_year_ago'
            when coalesce(since.people, 0) < 20 then 'too_few'
        end as money_reason
    from names
    cross join has
    cross join can_expect
    left join counted on counted.category = names.category
    left join since on since.category = names.category
)

select
    position,
    category,
    people,
    reason,
    case when is_seen then people * mean else expected end as expected_12m,
    case when is_seen then people * greatest(mean - reach, 0) end as low,
    case when is_seen then people * (mean + reach) end as high,
    case when is_seen then n else people end as n,
    coalesce(reason, money_reason) as money_reason
from judged
