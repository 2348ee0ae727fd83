/*
Accounts that are one person with another account.

grain:  account_no
inputs: staging.identity_links, staging.accounts, steps.identity_keys, steps.strong_identities
terms:  person_no is the smallest account number of the group
rules:  VAT number, tax code and card join always; an unpoisoned e-mail or phone joins too, unless two explicit
        ids of one source or two companies would meet, directly or over others: then it is only a proposal;
        what a contact of a company does hangs under the company, unless that e-mail or phone has bought privately;
        only accounts in a group of two or more are listed
*/
with recursive private_keys as (
    select distinct links.key_kind, links.key_value
    from staging.identity_links as links
    inner join staging.accounts on accounts.account_no = links.account_no
    where
        not links.is_contact
        and links.known_on <= getvariable('as_of')
        and accounts.first_order_on <= getvariable('as_of')
),

weak as (
    select
        links.key_kind || ':' || links.key_value as shared_key,
        links.account_no,
        coalesce(strong.strong_no, links.account_no) as node,
        case accounts.key_rank when 1 then accounts.source when 2 then 'vat_number' end as id_source
    from staging.identity_links as links
    inner join steps.identity_keys as keys
        on keys.key_kind = links.key_kind and keys.key_value = links.key_value
    inner join staging.accounts on accounts.account_no = links.account_no
    left join steps.strong_identities as strong on strong.account_no = links.account_no
    left join private_keys
        on links.is_contact and private_keys.key_kind = links.key_kind and private_keys.key_value = links.key_value
    where
        keys.is_weak and not keys.is_poisoned and links.known_on <= getvariable('as_of')
        and private_keys.key_value is null
    group by all
),

clashing as (
    select distinct shared_key
    from weak
    where id_source is not null
    group by shared_key, id_source
    having count(distinct node) > 1
),

joining as (
    select distinct shared_key, node
    from weak
    where shared_key not in (select shared_key from clashing)
),

hubs as (
    select shared_key, min(node) as hub
    from joining
    group by shared_key
    having count(*) > 1
),

edges as (
    select hubs.hub as one, joining.node as other
    from joining
    inner join hubs on hubs.shared_key = joining.shared_key
    where hubs.hub <> joining.node
    union
    select joining.node, hubs.hub
    from joining
    inner join hubs on hubs.shared_key = joining.shared_key
    where hubs.hub <> joining.node
),

reached (node, label) as (
    select one, one from edges
    union
    select edges.other, reached.label
    from reached
    inner join edges on edges.one = reached.node
    where reached.label < edges.other
),

labelled as (
    select node, min(label) as label
    from reached
    group by node
),

members as (
    select accounts.account_no, accounts.key_rank, accounts.source,
        coalesce(strong.strong_no, accounts.account_no) as node
    from staging.accounts
    left join steps.strong_identities as strong on strong.account_no = accounts.account_no
    where coalesce(strong.strong_no, accounts.account_no) in (select node from labelled)
),

contradicted as (
    select distinct labelled.label
    from members
    inner join labelled on labelled.node = members.node
    where members.key_rank <= 2
    group by labelled.label, case members.key_rank when 1 then members.source else 'vat_number' end
    having count(distinct members.node) > 1
),

groups as (
    select members.account_no, labelled.label as person_no
    from members
    inner join labelled on labelled.node = members.node
    where labelled.label not in (select label from contradicted)
    union all
    select strong.account_no, strong.strong_no
    from steps.strong_identities as strong
    where
        strong.strong_no not in (select node from labelled)
        or strong.strong_no in (
            select labelled.node from labelled
            inner join contradicted on contradicted.label = labelled.label
        )
)

select account_no, person_no
from groups
