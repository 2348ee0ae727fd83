/*
Pairs of sources that may number the same people: exports of one programme that were loaded under two names.

grain:  one_source, other_source
inputs: staging.accounts, staging.identity_links, staging.decisions
units:  ids are numbers of customers; common are in both, agreeing are common ones of whom name, e-mail, phone, VAT
        number, tax code or card agrees and none contradicts, contradicting those of whom one contradicts
terms:  proposal_id names the pair; is_proven where at least 95 of 100 common ids agree and none contradicts
rules:  half of the ids of the smaller one are common, three at least, and none contradicts: ids alone prove nothing,
        since a till and a web shop both number their customers from 1; what was decided does not come again
*/
with ids as (
    select account_no, source, key_value, name
    from staging.accounts
    where key_rank = 1 and seen_on <= getvariable('as_of') and key_value not like 'name:%'
),

sizes as (
    select source, count(*) as ids
    from ids
    group by source
),

common as (
    select
        one.source as one_source,
        other.source as other_source,
        one.key_value,
        one.account_no as one_no,
        other.account_no as other_no
    from ids as one
    inner join ids as other on other.key_value = one.key_value and other.source > one.source
    -- Most shops have one source.
    where (select count(*) from sizes) > 1
),

shown as (
    select distinct links.account_no, links.key_kind, links.key_value
    from staging.identity_links as links
    where
        links.key_kind not in ('merge', 'programme') and links.known_on <= getvariable('as_of')
        and links.account_no in (select one_no from common union all select other_no from common)
    union
    select account_no, 'name', folded_name(name)
    from ids
    where name is not null and account_no in (select one_no from common union all select other_no from common)
),

compared as (
    select
        common.one_source,
        common.other_source,
        common.key_value,
        one.key_kind,
        count(*) filter (where one.key_value = other.key_value) as equal
    from common
    inner join shown as one on one.account_no = common.one_no
    inner join shown as other on other.account_no = common.other_no and other.key_kind = one.key_kind
    group by common.one_source, common.other_source, common.key_value, one.key_kind
),

judged as (
    select one_source, other_source, key_value, min(equal) > 0 as agrees
    from compared
    group by one_source, other_source, key_value
),

counted as (
    select
        common.one_source,
        common.other_source,
        count(*) as common_ids,
        count(*) filter (where judged.agrees) as agreeing_ids,
        count(*) filter (where not judged.agrees) as contradicting_ids
    from common
    left join judged
        on judged.one_source = common.one_source
        and judged.other_source = common.other_source
        and judged.key_value = common.key_value
    group by common.one_source, common.other_source
)

select
    left(md5('programme ' || counted.one_source || ' ' || counted.other_source), 8) as proposal_id,
    counted.one_source,
    counted.other_source,
    one.ids as one_ids,
    other.ids as other_ids,
    counted.common_ids,
    counted.agreeing_ids,
    counted.agreeing_ids >= 0.95 * counted.common_ids as is_proven
from counted
inner join sizes as one on one.source = counted.one_source
inner join sizes as other on other.source = counted.other_source
where
    counted.contradicting_ids = 0
    and counted.common_ids >= 3
    and 2 * counted.common_ids >= least(one.ids, other.ids)
    and not exists (
        select 1
        from staging.decisions as decisions
        where
            decisions.kind = 'programme' and decisions.state <> 'open'
            and decisions.one_source = counted.one_source and decisions.other_source = counted.other_source
    )
