/*
People whom we have reached in the last ninety days.

grain:  person_no
inputs: raw.touchpoints, marts.identity
rules:  outbound only; a message that bounced, or is only known to have been sent, reached nobody
*/
select distinct
    coalesce(
        identity.person_no,
        account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
    ) as person_no
from raw.touchpoints as t
left join marts.identity
    on identity.account_no
    = account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
where
    t.direction = 'out'
    and coalesce(t.status, '') <> 'bounced'
    and not (coalesce(t.status, '') = 'sent' and t.channel in ('email', 'sms', 'whatsapp'))
    and cast(t.ts as date) between getvariable('as_of') - 89 and getvariable('as_of')
