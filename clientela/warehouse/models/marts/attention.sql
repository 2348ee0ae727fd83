/*
The time and the money that each person took in the last year, and in the one before.

grain:  person_no
inputs: marts.touches, raw.interactions, raw.effort_log, staging.accounts, marts.identity
units:  minutes; costs in the shop's currency: what was spent on the person and, where the owner declares what an hour
        costs ([shop] hourly_cost), the minutes at that price
terms:  12m are the 365 days that end with the report's date, before the 365 before these
rules:  contacts, service log and effort log are added up: a minute is to be noted in one of them
*/
with spent as (
    select person_no, touched_on as spent_on, minutes, cost
    from marts.touches
    where minutes > 0 or cost > 0
    union all
    select
        person_of(
            identity.person_no,
            account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
        ),
        cast(i.ts as date),
        i.minutes,
        0
    from raw.interactions as i
    left join marts.identity
        on identity.account_no
        = account_no(i.source, i.customer_id, i.vat_number, i.tax_code, i.card_number, i.email, i.phone)
    where i.minutes > 0
    union all
    select
        person_of(identity.person_no, accounts.account_no),
        log.date,
        greatest(coalesce(log.minutes, 0), 0),
        greatest(coalesce(log.euros, 0), 0)
    from raw.effort_log as log
    inner join staging.accounts on accounts.public_id = log.customer_id
    left join marts.identity on identity.account_no = accounts.account_no
),

years as (
    select
        person_no,
        spent_on > getvariable('as_of') - 365 as is_now,
        minutes,
        -- Summed as a decimal, so that the order of the days moves no place in the league of yields.
        cast(cost + minutes / 60.0 * getvariable('hourly_cost') as decimal(28, 9)) as cost
    from spent
    where spent_on <= getvariable('as_of') and spent_on > getvariable('as_of') - 730 and person_no is not null
)

select
    person_no,
    cast(sum(case when is_now then minutes else 0 end) as double) as minutes_12m,
    cast(sum(case when is_now then cost else 0 end) as double) as costs_12m,
    cast(sum(case when is_now then 0 else minutes end) as double) as minutes_before,
    cast(sum(case when is_now then 0 else cost end) as double) as costs_before
from years
group by person_no
