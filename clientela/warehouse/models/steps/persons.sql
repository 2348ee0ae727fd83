/*
Everybody known at the report's date, one row a person, with who they are; not stored by itself.

grain:  person_no
inputs: staging.accounts, staging.customer_records, staging.identity_links, marts.identity, steps.identity_keys,
        meta.forgotten_ids
stored: view
terms:  customer_id is the public id of the person's strongest account; has_company_name says that the name is
        one of a company, is_legal_person that the tax code is
rules:  where several records describe a person, the one of the strongest account speaks; a refusal of contact or
        an owner's veto on any of them holds; who is known only by an e-mail or phone that too many share is
        nobody (exclusion shared_key); who was forgotten is counted, without name and contact;
        e-mail and phone are the newest that any file showed for the person, orders and other tables included, none
        that too many share; where no date says which is newer, the record of the strongest account speaks
*/
with members as (
    select
        person_of(identity.person_no, accounts.account_no) as person_no,
        identity.person_no is not null as is_joined,
        accounts.account_no,
        accounts.public_id,
        accounts.key_rank,
        accounts.key_value,
        accounts.has_vat_number,
        accounts.name,
        accounts.seen_on
    from staging.accounts
    left join marts.identity on identity.account_no = accounts.account_no
    where accounts.seen_on <= getvariable('as_of')
),

joined as (
    select
        members.*,
        row_number() over (partition by person_no order by key_rank, key_value, account_no) as place,
        min(seen_on) over (partition by person_no) as first_seen_on,
        count(*) over (partition by person_no) as accounts
    from members
    where is_joined
),

persons as (
    select person_no, public_id, key_rank, key_value, name, has_vat_number, seen_on as first_seen_on, 1 as accounts
    from members
    where not is_joined
    union all
    select person_no, public_id, key_rank, key_value, name, has_vat_number, first_seen_on, accounts
    from joined
    where place = 1
),

described as (
    select
        members.person_no,
        records.*,
        row_number() over (
            partition by members.person_no
            order by members.key_rank, members.key_value, records.name, records.source, records.row_key
        ) as place
    from staging.customer_records as records
    inner join members on members.account_no = records.account_no
    where records.created_on is null or records.created_on <= getvariable('as_of')
),

refusals as (
    select
        person_no,
        bool_or(do_not_contact) as do_not_contact,
        min(owner_rating) as lowest_rating,
        max(owner_rating) as highest_rating,
        bool_or(is_erased) as is_erased,
        min(exclusion) as exclusion,
        min(ending) as ending
    from described
    group by person_no
),

sighted as (
    select
        members.person_no,
        links.key_kind,
        links.key_value,
        max(case when links.last_on <= getvariable('as_of') then links.last_on else links.known_on end) as newest_on,
        min(members.key_rank) as key_rank,
        min(members.key_value) as account_value
    from staging.identity_links as links
    inner join members on members.account_no = links.account_no
    left join steps.identity_keys as shared
        on shared.is_poisoned and shared.key_kind = links.key_kind and shared.key_value = links.key_value
    where
        links.key_kind in ('email', 'phone')
        and links.known_on <= getvariable('as_of')
        and shared.key_value is null
    group by members.person_no, links.key_kind, links.key_value
),

newest as (
    select
        person_no,
        key_kind,
        key_value,
        row_number() over (
            partition by person_no, key_kind order by newest_on desc, key_rank, account_value, key_value
        ) as place
    from sighted
),

contacts as (
    select
        person_no,
        min(case when key_kind = 'email' then key_value end) as email,
        min(case when key_kind = 'phone' then key_value end) as phone
    from newest
    where place = 1
    group by person_no
),

forgotten as (
    select members.person_no
    from members
    left join meta.forgotten_ids as ids
        on account_no(ids.source, ids.customer_id, null, null, null, null, null) = members.account_no
    where
        ids.customer_id is not null
        or members.key_value like 'forgotten-%'
        or members.key_value like 'FORGOTTEN%'
        or (members.key_value like '+999%' and length(members.key_value) = 22)
    group by members.person_no
)

select
    persons.person_no,
    persons.public_id as customer_id,
    case when forgotten.person_no is null then coalesce(described.name, persons.name) end as name,
    coalesce(described.kind, case when persons.has_vat_number then 'b2b' else 'consumer' end) as kind,
    coalesce(described.has_company_name, false) as has_company_name,
    coalesce(described.is_legal_person, false) as is_legal_person,
    case when forgotten.person_no is null then contacts.email end as email,
    case when forgotten.person_no is null then contacts.phone end as phone,
    described.city,
    nullif(persons.first_seen_on, date '0001-01-01') as first_seen_on,
    persons.accounts,
    coalesce(refusals.do_not_contact, false) as do_not_contact,
    coalesce(refusals.lowest_rating < 0, false) as has_veto,
    coalesce(refusals.highest_rating > 0, false) as has_star,
    coalesce(refusals.is_erased, false) or forgotten.person_no is not null as is_erased,
    case when shared.key_value is not null then 'shared_key' else refusals.exclusion end as exclusion,
    refusals.ending
from persons
left join described on described.person_no = persons.person_no and described.place = 1
left join refusals on refusals.person_no = persons.person_no
left join contacts on contacts.person_no = persons.person_no
left join forgotten on forgotten.person_no = persons.person_no
left join steps.identity_keys as shared
    on shared.is_poisoned
    and shared.key_value = persons.key_value
    and shared.key_kind = case persons.key_rank when 5 then 'email' when 6 then 'phone' end
