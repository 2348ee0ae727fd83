/*
What is known of each person beside purchases that count.

grain:  person_no
inputs: staging.person_records, staging.other_orders, marts.identity, steps.refunds
rules:  rows dated after the report's date do not exist yet; undated rows always do;
        has_left_contact is somebody who left details with us, not only received something
*/
with seen as (
    select
        person_of(identity.person_no, records.account_no) as person_no,
        records.table_name,
        records.evidence,
        records.seen_on
    from staging.person_records as records
    left join marts.identity on identity.account_no = records.account_no
    where
        records.account_no is not null
        and (records.seen_on is null or records.seen_on <= getvariable('as_of'))
    union all
    select
        person_of(identity.person_no, o.account_no),
        'orders',
        'touch',
        o.ordered_on
    from staging.other_orders as o
    left join marts.identity on identity.account_no = o.account_no
    where o.account_no is not null and o.ordered_on <= getvariable('as_of')
    union all
    select person_no, 'orders', 'touch', refunded_on
    from steps.refunds
    where refunded_on <= getvariable('as_of')
)

select
    person_no,
    bool_or(evidence <> 'none') as is_touched,
    bool_or(evidence = 'contact') as has_left_contact,
    bool_or(table_name = 'targets') as is_target,
    min(seen_on) filter (where evidence <> 'none') as first_touch_on
from seen
group by person_no
