/*
Who stands where now and where the month before, and under which step of the month's balance the move is counted.

grain:  customer_id
inputs: marts.customers, steps.last_snapshot, staging.accounts, marts.identity
units:  revenue in the shop's currency over 12 months: revenue_before then, revenue_after now, 0 outside; revenue_12m
        now, or then for those who are gone
terms:  outside is nobody yet, merged into another person, or excluded; active is buyer, customer or fan;
        step is stayed, first_purchase, won_back, lost, refunds (no purchase stands any more), merges (part of another
        person, or active through one), other (taken out, put back or corrected by hand); null for who is not active
        on either side
rules:  empty where the month before has no snapshot
*/
with paired as (
    select
        coalesce(customers.customer_id, former.customer_id) as customer_id,
        customers.person_no,
        coalesce(former.category, 'outside') as from_category,
        coalesce(customers.category, 'outside') as to_category,
        coalesce(former.category in ('buyer', 'customer', 'fan'), false) as was_active,
        coalesce(customers.category in ('buyer', 'customer', 'fan'), false) as is_active,
        customers.first_purchase_on,
        former.revenue_12m as revenue_before,
        customers.revenue_12m as revenue_after
    from marts.customers
    full outer join steps.last_snapshot as former on former.customer_id = customers.customer_id
    where exists (select 1 from steps.last_snapshot)
),

absorbed as (
    select
        gone.customer_id,
        person_of(identity.person_no, accounts.account_no) as person_no,
        gone.was_active,
        gone.revenue_before
    from paired as gone
    inner join staging.accounts on accounts.public_id = gone.customer_id
    left join marts.identity on identity.account_no = accounts.account_no
    where gone.to_category = 'outside'
),

takers as (
    select
        customers.person_no,
        max(case when absorbed.was_active then 1 else 0 end) as took_active,
        sum(case when absorbed.was_active then absorbed.revenue_before else 0 end) as revenue_taken
    from absorbed
    inner join marts.customers on customers.person_no = absorbed.person_no
    group by customers.person_no
),

merged as (
    select distinct absorbed.customer_id
    from absorbed
    inner join marts.customers on customers.person_no = absorbed.person_no
)

select
    paired.customer_id,
    paired.person_no,
    paired.from_category,
    paired.to_category,
    paired.was_active,
    paired.is_active,
    coalesce(paired.revenue_after, paired.revenue_before) as revenue_12m,
    coalesce(paired.revenue_before, 0) as revenue_before,
    coalesce(paired.revenue_after, 0) as revenue_after,
    coalesce(takers.revenue_taken, 0) as revenue_taken,
    greatest(coalesce(paired.revenue_after, 0), coalesce(paired.revenue_before, 0)) as weight,
    case
        when paired.was_active and paired.is_active then 'stayed'
        when not paired.was_active and not paired.is_active then null
        when paired.was_active and paired.to_category = 'lost' then 'lost'
        when merged.customer_id is not null then 'merges'
        when paired.was_active and paired.to_category = 'outside' then 'other'
        when paired.was_active then 'refunds'
        when takers.took_active = 1 then 'merges'
        when paired.from_category = 'lost' then 'won_back'
        when
            paired.from_category = 'referral'
            or paired.first_purchase_on >= cast(date_trunc('month', getvariable('as_of')) as date)
            then 'first_purchase'
        else 'other'
    end as step
from paired
left join takers on takers.person_no = paired.person_no
left join merged on merged.customer_id = paired.customer_id
