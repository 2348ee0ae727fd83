/*
Which of the owner's questions the data can answer today, from which day, and what is missing.

grain:  answer
inputs: steps.new_people, marts.customer_value, marts.lifetime, marts.value_curve, marts.wallet, marts.categories,
        steps.evidence, marts.gains_and_losses, marts.burn_in, raw.consents, raw.surveys, raw.interactions
units:  available_on is a day, null where no day can be named; n is people or answers
terms:  reason is a code: no_sales, no_contacts, too_few, too_short, no_survey, no_history, no_costs,
        few_returns; missing names the file
        and the column that would fill the gap; answer level is the shop's maturity in n: 0 no contacts, 1 a list, 2 dated
        purchases, 3 purchases, consent and answers
rules:  an estimate takes twenty people who have been seen for so long
*/
with arrivals as (
    select first_purchase_on, sum(people) over (order by first_purchase_on) as people
    from steps.new_people
),

twentieth as (
    select min(first_purchase_on) as arrived_on
    from arrivals
    where people >= 20
),

new_ones as (
    select
        coalesce(sum(people), 0) as people,
        coalesce(sum(case when getvariable('as_of') - first_purchase_on >= 30 then people end), 0) as seen_30_days
    from steps.new_people
),

purchasers as (
    select
        count(*) as people,
        count(bought.margin_total) as with_margin,
        count(case when bought.purchases >= 2 then 1 end) as returned,
        count(case when evidence.has_left_contact then 1 end) as with_contact
    from marts.customer_value as bought
    left join steps.evidence on evidence.person_no = bought.person_no
),

everybody as (
    select count(*) as people
    from marts.categories
),

year_seen as (
    select coalesce(max(people), 0) as people
    from marts.value_curve
    where months = 12
),

asked as (
    select coalesce(max(answers), 0) as people
    from marts.wallet
    where method = 'best'
),

compared as (
    select count(*) as months
    from marts.gains_and_losses
),

has as (
    select
        exists (select 1 from raw.consents) as consents,
        exists (select 1 from raw.surveys) or exists (select 1 from raw.interactions) as feedback,
        exists (select 1 from raw.surveys) as surveys
),

judged (position, answer, n, reason, available_on, missing) as (
    select 1, 'customers', purchasers.people, case when purchasers.people = 0 then 'no_sales' end, null,
        case when purchasers.people = 0 then 'orders.customer_id' end
    from purchasers
    union all
    select 2, 'contacts', purchasers.with_contact, case when purchasers.with_contact = 0 then 'no_contacts' end, null,
        case when purchasers.with_contact = 0 then 'customers.email, customers.phone' end
    from purchasers
    union all
    select 3, 'value', purchasers.people, case when purchasers.people = 0 then 'no_sales' end, null,
        case when purchasers.people = 0 then 'orders.net_amount' end
    from purchasers
    union all
    select 4, 'margin', purchasers.with_margin, case when purchasers.with_margin = 0 then 'no_costs' end, null,
        case when purchasers.with_margin = 0 then 'orders.cost_amount, order_lines.cost' end
    from purchasers
    union all
    select 5, 'repeat_30_days', new_ones.seen_30_days, case when new_ones.seen_30_days < 20 then 'too_few' end,
        twentieth.arrived_on + 30, null
    from new_ones cross join twentieth
    union all
    select 6, 'first_year', year_seen.people,
        case
            when year_seen.people >= 20 then null
            when new_ones.people < 20 then 'too_few'
            else 'too_short'
        end,
        twentieth.arrived_on + 365, null
    from year_seen cross join new_ones cross join twentieth
    union all
    select 7, 'expected_12m', purchasers.people,
        case
            when purchasers.people < 20 then 'too_few'
            when getvariable('as_of') < burn_in.history_start + 90 then 'too_short'
            -- A pace that nobody has shown would be the trade's alone.
            when purchasers.returned < 10 then 'few_returns'
        end,
        burn_in.history_start + 90, null
    from purchasers cross join marts.burn_in
    union all
    select 8, 'lifetime', lifetime.people, lifetime.reason,
        case when lifetime.reason = 'too_short' then lifetime.available_on end, null
    from marts.lifetime
    union all
    select 9, 'wallet', asked.people,
        case
            when asked.people >= 20 then null
            when has.surveys and asked.people > 0 then 'too_few'
            else 'no_survey'
        end,
        null, case when asked.people < 20 then 'surveys.share_of_10, surveys.shops_used, surveys.our_rank' end
    from asked cross join has
    union all
    select 10, 'gains_and_losses', compared.months, case when compared.months = 0 then 'no_history' end,
        case
            when compared.months = 0
                then cast(date_trunc('month', burn_in.history_start) + interval 2 month as date) - 1
        end,
        null
    from compared cross join marts.burn_in
    union all
    select 0, 'level',
        case
            when purchasers.people > 0 and has.consents and has.feedback then 3
            when purchasers.people > 0 then 2
            when everybody.people > 0 then 1
            else 0
        end,
        null, null, null
    from purchasers cross join everybody cross join has
)

select
    position,
    answer,
    cast(n as bigint) as n,
    reason is null as available,
    reason,
    case when reason is not null and available_on > getvariable('as_of') then cast(available_on as date) end
        as available_on,
    case when reason is not null then missing end as missing
from judged
