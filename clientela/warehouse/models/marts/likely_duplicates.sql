/*
Pairs of people who may be one person, for the owner to decide: nothing joins them by itself.

grain:  proposal_id
inputs: marts.people, staging.accounts, marts.identity, staging.identity_links, steps.identity_keys,
        staging.customer_records, staging.decisions
units:  evidence is what both show
terms:  reason is, the surest first, shared_email, shared_phone, mailbox (two spellings that Gmail delivers to one box),
        leading_zeros (two numbers that differ by the zeros before them), name_and_postal_code, same_name, look_alike
        (names that differ by a letter or two);
        one and other are the strongest account of each: its kind of key, its source where that is the shop's own
        number, its value
rules:  who was forgotten and who is nobody is in no pair; a pair that was refused does not come again;
        different VAT numbers or tax codes are different people, whatever else agrees; a name that more than four
        people bear says nothing; names that look alike are proposed only where one of the two is known by name
        alone, or the postal code is the same, and never where only the last letter of a word tells a man from a woman
*/
with members as (
    select
        person_of(identity.person_no, accounts.account_no) as person_no,
        accounts.account_no,
        accounts.key_rank,
        accounts.key_value,
        accounts.source,
        accounts.name
    from staging.accounts
    left join marts.identity on identity.account_no = accounts.account_no
    inner join marts.people on people.person_no = person_of(identity.person_no, accounts.account_no)
    where not people.is_erased and people.exclusion is null and accounts.seen_on <= getvariable('as_of')
),

strongest as (
    select
        person_no,
        key_rank,
        key_value,
        source,
        row_number() over (partition by person_no order by key_rank, key_value, account_no) as place
    from members
),

sides as (
    select
        person_no,
        case when key_rank = 1 then source end as source,
        case key_rank
            when 1 then 'customer_id' when 2 then 'vat_number' when 3 then 'tax_code' when 4 then 'card_number'
            when 5 then 'email' else 'phone'
        end as kind,
        key_value as value,
        key_rank = 1 and key_value like 'name:%' as is_name_alone
    from strongest
    where place = 1
),

shown as (
    select distinct members.person_no, links.key_kind, links.key_value
    from staging.identity_links as links
    inner join members on members.account_no = links.account_no
    left join steps.identity_keys as keys
        on keys.is_poisoned and keys.key_kind = links.key_kind and keys.key_value = links.key_value
    where
        links.known_on <= getvariable('as_of') and keys.key_value is null
        and links.key_kind not in ('merge', 'programme')
),

contacts as (
    select distinct
        person_no,
        key_value as value,
        key_value as evidence,
        case key_kind when 'email' then 'shared_email' else 'shared_phone' end as reason,
        case key_kind when 'email' then 1 else 2 end as reason_rank
    from shown
    where key_kind in ('email', 'phone')
    union all
    select distinct person_no, mailbox(key_value), mailbox(key_value), 'mailbox', 3
    from shown
    where key_kind = 'email' and (key_value like '%@gmail.com' or key_value like '%@googlemail.com')
),

digits as (
    select
        person_no,
        'card_number' as series,
        key_value as value,
        ltrim(key_value, '0') as bare
    from shown
    where key_kind = 'card_number' and regexp_matches(key_value, '^[0-9]+$')
    union all
    select person_no, source, key_value, ltrim(key_value, '0')
    from members
    where key_rank = 1 and regexp_matches(key_value, '^[0-9]+$')
),

-- Most shops have no number that begins with a zero, and then there is nothing to compare.
zeros as (
    select distinct series, bare
    from digits
    where value <> bare and bare <> ''
),

numbers as (
    select distinct
        digits.person_no,
        digits.series || ':' || digits.bare as value,
        digits.bare as evidence,
        'leading_zeros' as reason,
        4 as reason_rank
    from digits
    inner join zeros on zeros.series = digits.series and zeros.bare = digits.bare
),

called as (
    select person_no, folded_name(name) as value, min(name) as evidence
    from (
        select person_no, name from members
        union all
        select members.person_no, records.name
        from staging.customer_records as records
        inner join members on members.account_no = records.account_no
    ) as names
    where name is not null
    group by 1, 2
),

names as (
    select person_no, value, evidence
    from called
    where value like '% %'
),

postal_codes as (
    select distinct members.person_no, records.postal_code
    from staging.customer_records as records
    inner join members on members.account_no = records.account_no
    where records.postal_code is not null
),

features as (
    select person_no, value, evidence, reason, reason_rank from contacts
    union all
    select person_no, value, evidence, reason, reason_rank from numbers
    union all
    select person_no, value, evidence, 'same_name', 6 from names
),

few as (
    select reason, value
    from features
    group by reason, value
    having count(distinct person_no) between 2 and 4
),

named_alike as (
    select distinct features.person_no
    from features
    inner join few on few.reason = features.reason and few.value = features.value
    where features.reason = 'same_name'
),

neighbours as (
    select distinct here.person_no as one_no, there.person_no as other_no
    from postal_codes as here
    inner join named_alike on named_alike.person_no = here.person_no
    inner join postal_codes as there on there.postal_code = here.postal_code and there.person_no > here.person_no
    inner join named_alike as too on too.person_no = there.person_no
),

same as (
    select
        one.person_no as one_no,
        other.person_no as other_no,
        case when one.reason = 'same_name' and codes.one_no is not null then 'name_and_postal_code' else one.reason end
            as reason,
        case when one.reason = 'same_name' and codes.one_no is not null then 5 else one.reason_rank end as reason_rank,
        one.evidence
    from few
    inner join features as one on one.reason = few.reason and one.value = few.value
    inner join features as other
        on other.reason = few.reason and other.value = few.value and other.person_no > one.person_no
    left join neighbours as codes
        on one.reason = 'same_name' and codes.one_no = one.person_no and codes.other_no = other.person_no
),

words as (
    select distinct names.person_no, names.value, names.evidence, unnest(string_split(names.value, ' ')) as word
    from names
),

near as (
    select one.person_no as one_no, one.value as one_value, one.evidence as one_evidence,
        other.person_no as other_no, other.value as other_value, other.evidence as other_evidence
    from words as one
    inner join sides on sides.person_no = one.person_no and sides.is_name_alone
    inner join words as other on other.word = one.word and other.person_no <> one.person_no
    where length(one.word) >= 3
    union all
    select one.person_no, one.value, one.evidence, other.person_no, other.value, other.evidence
    from words as one
    inner join postal_codes as here on here.person_no = one.person_no
    inner join words as other on other.word = one.word and other.person_no <> one.person_no
    inner join postal_codes as there on there.person_no = other.person_no and there.postal_code = here.postal_code
    where length(one.word) >= 3
),

alike as (
    select distinct
        least(one_no, other_no) as one_no,
        greatest(one_no, other_no) as other_no,
        least(one_evidence, other_evidence) || ' / ' || greatest(one_evidence, other_evidence) as evidence
    from near
    where
        one_value <> other_value
        and length(one_value) >= 8
        and abs(length(one_value) - length(other_value)) <= 2
        and damerau_levenshtein(one_value, other_value) <= case when length(one_value) >= 12 then 2 else 1 end
        and regexp_replace(one_value, '[aoei]\b', '', 'g') <> regexp_replace(other_value, '[aoei]\b', '', 'g')
),

pairs as (
    select one_no, other_no, reason, reason_rank, evidence from same
    union all
    select one_no, other_no, 'look_alike', 7, evidence from alike
),

contradicted as (
    select pairs.one_no, pairs.other_no
    from pairs
    inner join shown as one on one.person_no = pairs.one_no
    inner join shown as other on other.person_no = pairs.other_no and other.key_kind = one.key_kind
    where one.key_kind in ('vat_number', 'tax_code')
    group by pairs.one_no, pairs.other_no, one.key_kind
    having count(*) filter (where one.key_value = other.key_value) = 0
),

refused as (
    select distinct
        least(person_of(one.person_no, decisions.one_no), person_of(other.person_no, decisions.other_no)) as one_no,
        greatest(person_of(one.person_no, decisions.one_no), person_of(other.person_no, decisions.other_no)) as other_no
    from staging.decisions as decisions
    left join marts.identity as one on one.account_no = decisions.one_no
    left join marts.identity as other on other.account_no = decisions.other_no
    where decisions.kind = 'people' and decisions.state = 'refused'
),

ranked as (
    select
        pairs.one_no,
        pairs.other_no,
        pairs.reason,
        pairs.evidence,
        row_number() over (
            partition by pairs.one_no, pairs.other_no order by pairs.reason_rank, pairs.evidence, pairs.reason
        ) as place
    from pairs
    left join contradicted on contradicted.one_no = pairs.one_no and contradicted.other_no = pairs.other_no
    left join refused on refused.one_no = pairs.one_no and refused.other_no = pairs.other_no
    where contradicted.one_no is null and refused.one_no is null
)

select
    left(
        md5(
            least(one.kind || ':' || coalesce(one.source, '') || ':' || one.value,
                other.kind || ':' || coalesce(other.source, '') || ':' || other.value)
            || ' '
            || greatest(one.kind || ':' || coalesce(one.source, '') || ':' || one.value,
                other.kind || ':' || coalesce(other.source, '') || ':' || other.value)
        ), 8
    ) as proposal_id,
    ranked.reason,
    ranked.evidence,
    ranked.one_no,
    ranked.other_no,
    one.source as one_source,
    one.kind as one_kind,
    one.value as one_value,
    other.source as other_source,
    other.kind as other_kind,
    other.value as other_value
from ranked
inner join sides as one on one.person_no = ranked.one_no
inner join sides as other on other.person_no = ranked.other_no
where ranked.place = 1
