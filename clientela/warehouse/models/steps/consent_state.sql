/*
Whether each person may be called or written to for marketing, as far as the consent log says.

grain:  person_no
inputs: raw.consents, marts.identity
terms:  yes, no, or null where the log says nothing; channel any speaks for every channel
rules:  the latest instant wins; at the same instant a withdrawal beats a grant
*/
with events as (
    select
        person_of(
            identity.person_no,
            account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        ) as person_no,
        c.channel,
        c.ts,
        case when c.action = 'grant' then 1 else 0 end as is_grant
    from raw.consents as c
    left join marts.identity
        on identity.account_no
        = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
    where c.purpose = 'marketing' and c.action <> 'soft_spam_notice' and cast(c.ts as date) <= getvariable('as_of')
),

channels as (
    select events.person_no, kinds.channel, events.ts, events.is_grant
    from events
    inner join (values ('phone'), ('email')) as kinds (channel)
        on events.channel = kinds.channel or events.channel = 'any'
),

latest as (
    select
        person_no,
        channel,
        is_grant,
        row_number() over (partition by person_no, channel order by ts desc, is_grant) as place
    from channels
    where person_no is not null
)

select
    person_no,
    max(case when channel = 'phone' then case is_grant when 1 then 'yes' else 'no' end end) as phone,
    max(case when channel = 'email' then case is_grant when 1 then 'yes' else 'no' end end) as email
from latest
where place = 1
group by person_no
