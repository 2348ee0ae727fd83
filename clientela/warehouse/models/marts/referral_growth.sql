/*
How many new buyers each buyer brings in their first year.

grain:  one row
inputs: steps.referral_origins, steps.friends, marts.activity, marts.categories, marts.burn_in
units:  people; k is new buyers a head, standard_error its own; multiplier 1 / (1 - k), null where k is 1 or more
terms:  the cohort is everybody whose first purchase lies at least 365 days back, so that each was watched for a whole
        year, and not before the first claim that counts; brought are the friends who first bought within 365 days of
        the first purchase of who sent them
rules:  people first seen during the burn-in are left out; nothing where nobody was ever sent
*/
with programme as (
    select min(claimed_on) as started_on
    from steps.referral_origins
    having count(*) > 0
),

cohort as (
    select activity.person_no, activity.first_purchase_on
    from marts.activity
    inner join marts.categories on categories.person_no = activity.person_no
    cross join programme
    cross join marts.burn_in
    where
        activity.purchases > 0
        and activity.first_purchase_on >= programme.started_on
        and activity.first_purchase_on > burn_in.burn_in_until
        and activity.first_purchase_on <= getvariable('as_of') - 365
),

brought as (
    select cohort.person_no, count(*) as buyers
    from cohort
    inner join steps.friends on friends.referrer_no = cohort.person_no
    where
        friends.first_purchase_on >= cohort.first_purchase_on
        and friends.first_purchase_on <= cohort.first_purchase_on + 365
    group by cohort.person_no
),

counted as (
    select
        count(*) as people,
        coalesce(sum(brought.buyers), 0) as brought,
        coalesce(sum(brought.buyers * brought.buyers), 0) as squares
    from cohort
    left join brought on brought.person_no = cohort.person_no
)

select
    programme.started_on,
    people,
    cast(brought as bigint) as brought,
    case when people > 0 then brought / cast(people as double) end as k,
    case
        when people > 1 then sqrt(
            (squares - brought * brought / cast(people as double)) / (people - 1) / people
        )
    end as standard_error,
    case when people > brought then people / cast(people - brought as double) end as multiplier
from counted
left join programme on true
