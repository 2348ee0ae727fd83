/*
Every day on which the shop and a person were in touch, in either direction.

grain:  person_no, touched_on
inputs: raw.touchpoints, marts.identity
units:  minutes as logged; cost in the shop's currency
terms:  reached counts what of the shop's own reached the person, contacts what of that is no service, messages the
        contacts by e-mail, SMS or WhatsApp, unsubscribed those answered with an unsubscription or a complaint to the
        provider
rules:  a message that bounced, or is only known to have been sent, reached nobody; a notice that belongs to a purchase
        (type delivery, invoice, reminder and the like) is service, and no contact; minutes and cost count whatever came
        of it; rows dated after the report's date do not exist yet
*/
with touches as (
    select
        person_of(
            identity.person_no,
            account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
        ) as person_no,
        cast(t.ts as date) as touched_on,
        t.channel,
        t.status,
        t.minutes,
        t.cost,
        t.direction = 'out'
        and coalesce(t.status, '') <> 'bounced'
        and not (coalesce(t.status, '') = 'sent' and t.channel in ('email', 'sms', 'whatsapp')) as has_reached,
        coalesce(replace(lower(trim(t.type)), ' ', '_'), '') in (
            'service', 'transactional', 'delivery', 'delivery_notice', 'shipping', 'pickup', 'order_confirmation',
            'confirmation', 'receipt', 'invoice', 'reminder', 'payment_reminder', 'appointment_reminder', 'servizio',
            'consegna', 'avviso_di_consegna', 'spedizione', 'ritiro', 'conferma', 'conferma_ordine', 'scontrino',
            'ricevuta', 'fattura', 'promemoria', 'sollecito'
        ) as is_service
    from raw.touchpoints as t
    left join marts.identity
        on identity.account_no
        = account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
    where cast(t.ts as date) <= getvariable('as_of')
)

select
    person_no,
    touched_on,
    count(case when has_reached then 1 end) as reached,
    count(case when has_reached and not is_service then 1 end) as contacts,
    count(case when has_reached and not is_service and channel in ('email', 'sms', 'whatsapp') then 1 end) as messages,
    count(
        case
            when
                has_reached and not is_service and channel in ('email', 'sms', 'whatsapp')
                and status in ('unsubscribed', 'complained')
                then 1
        end
    ) as unsubscribed,
    coalesce(sum(minutes), 0) as minutes,
    coalesce(sum(cost), 0) as cost
from touches
where person_no is not null
group by person_no, touched_on
