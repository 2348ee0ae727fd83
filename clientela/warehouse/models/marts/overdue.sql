/*
People who owe money that fell due more than overdue_gate_days before the report's date.

grain:  person_no
inputs: raw.orders, raw.payments, staging.orders, marts.identity
units:  overdue_amount in the shop's currency as invoiced; overdue_days since the oldest due date
rules:  only invoices with a due date count, and only payments dated by the report's date;
        a payment belongs to the document of its number, of several to the last before it, those of its source first;
        a difference of a cent is not a debt
*/
with meant as (
    select
        orders.source,
        orders.row_key,
        payments.amount,
        row_number() over (
            partition by payments.source, payments.row_key
            order by
                case when orders.source = payments.source then 0 else 1 end,
                case when orders.ordered_on <= payments.payment_date then 0 else 1 end,
                abs(payments.payment_date - orders.ordered_on),
                orders.source,
                orders.row_key
        ) as place
    from raw.payments as payments
    inner join staging.orders as orders on orders.order_id = payments.order_id
    where payments.payment_date <= getvariable('as_of')
),

paid as (
    select source, row_key, sum(amount) as paid_amount
    from meant
    where place = 1
    group by source, row_key
),

owed as (
    select
        person_of(identity.person_no, o.account_no) as person_no,
        o.due_date,
        coalesce(invoices.gross_amount, invoices.net_amount + coalesce(invoices.vat_amount, 0)) as invoiced,
        coalesce(paid.paid_amount, 0) as paid_amount
    from staging.orders as o
    inner join raw.orders as invoices on invoices.source = o.source and invoices.row_key = o.row_key
    left join paid on paid.source = o.source and paid.row_key = o.row_key
    left join marts.identity on identity.account_no = o.account_no
    where
        o.due_date < getvariable('as_of') - cast(getvariable('overdue_gate_days') as integer)
        and o.counts and o.goods > 0 and o.account_no is not null
        and o.ordered_on <= getvariable('as_of')
        and invoices.due_date is not null
        and exists (select 1 from raw.payments)
)

select
    person_no,
    sum(invoiced - paid_amount) as overdue_amount,
    getvariable('as_of') - min(due_date) as overdue_days
from owed
where invoiced - paid_amount > 0.01
group by person_no
