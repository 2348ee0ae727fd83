/*
Accounts that one VAT number, tax code or card makes one person.

grain:  account_no
inputs: staging.identity_links, steps.identity_keys
terms:  strong_no is the smallest account number of the group
rules:  shared keys join transitively; only accounts in a group of two or more are listed
*/
with recursive shared as (
    select links.account_no, links.key_kind || ':' || links.key_value as shared_key
    from staging.identity_links as links
    inner join steps.identity_keys as keys
        on keys.key_kind = links.key_kind and keys.key_value = links.key_value
    where not keys.is_weak and links.known_on <= getvariable('as_of')
    group by links.account_no, links.key_kind, links.key_value
),

hubs as (
    select shared_key, min(account_no) as hub
    from shared
    group by shared_key
),

edges as (
    select hubs.hub as one, shared.account_no as other
    from shared
    inner join hubs on hubs.shared_key = shared.shared_key
    union
    select shared.account_no, hubs.hub
    from shared
    inner join hubs on hubs.shared_key = shared.shared_key
),

reached (account_no, strong_no) as (
    select account_no, account_no from shared
    union
    select edges.other, reached.strong_no
    from reached
    inner join edges on edges.one = reached.account_no
    where reached.strong_no < edges.other
)

select account_no, min(strong_no) as strong_no
from reached
group by account_no
