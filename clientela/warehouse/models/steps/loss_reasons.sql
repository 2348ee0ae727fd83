/*
Why people left, as far as somebody wrote it on their record.

grain:  person_no
inputs: raw.customers, marts.identity
terms:  reason is own_error, neglect, competitor, price or bad_relationship, which can be mended, or moved, closed,
        finished or deceased, which cannot (is_recoverable)
rules:  status_note carries one of these words; what cannot be mended speaks first where records differ
*/
with noted as (
    select
        person_of(
            identity.person_no,
            account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        ) as person_no,
        replace(lower(trim(c.status_note)), ' ', '_') as reason
    from raw.customers as c
    left join marts.identity
        on identity.account_no
        = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
    where
        c.status_note is not null
        and (c.created_at is null or cast(c.created_at as date) <= getvariable('as_of'))
),

placed as (
    select
        person_no,
        reason,
        reason not in ('moved', 'closed', 'finished', 'deceased') as is_recoverable,
        row_number() over (
            partition by person_no
            order by case when reason in ('moved', 'closed', 'finished', 'deceased') then 0 else 1 end, reason
        ) as place
    from noted
    where
        reason in (
            'own_error', 'neglect', 'competitor', 'price', 'bad_relationship', 'moved', 'closed', 'finished', 'deceased'
        )
)

select person_no, reason, is_recoverable
from placed
where place = 1 and person_no is not null
