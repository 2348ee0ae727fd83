"""What tells documents apart that bear the same number: their kind, year, shop, customer, a day far away."""

from __future__ import annotations

from typing import Final

from clientela.warehouse.input_tables import PERSON_KEYS
from clientela.warehouse.loading.merging.document_key import APART, NEAR_DAYS
from clientela.warehouse.loading.merging.versions import Ground
from clientela.warehouse.loading.staging.conversion import quoted

CREDIT_NOTES: Final = "('TD04', 'TD08')"
"""Words for documents that are negative whatever their sign."""


def told_apart(ground: Ground, relation: str) -> str:
    """Return the SQL of a relation of versions with ``doc_key``: the key, and after it what tells apart.

    A part is added only where the versions of a key differ in it, so that a number used once keeps its own
    name; where some versions do not say (a file without that column) they stay with the others as long as
    these are one. It depends on the set of the versions alone, not on which came first.

    Args:
        ground: where.
        relation: has base, batch_id, digest and the fields of the table.
    """
    if not ground.is_of_documents:
        return f"select *, base as doc_key from {relation}"
    by_sign = _part(f"select v.*, {_signs(ground)} from {relation} v", "p_sign", "sign", ["base"])
    by_kind = _part(by_sign, "p_kind", "kind", ["base", "p_sign"])
    by_year = _part(by_kind, "p_year", "in_year", ["base", "p_sign", "p_kind"])
    place = "cast(null as varchar)" if ground.is_said else "cast(store_id as varchar)"
    group = ["base", "p_sign", "p_kind", "p_year"]
    by_store = _part(by_year, "p_store", place, group)
    group = [*group, "p_store"]
    by_who = _by_customer(by_store, group)
    group = [*group, "p_who"]
    by_day = _by_island(by_who, group)
    parts = "p_sign, p_kind, p_year, p_store, p_who, p_day, p_twin"
    nulls = ", ".join(f"nullif({part}, '')" for part in parts.split(", "))
    added = "sign, kind, in_year, who, named, " + parts
    return f"""
        select * exclude ({added}, apart), base || case when apart <> '' then {APART} || apart else ''
            end as doc_key
        from (select *, concat_ws('/', {nulls}) as apart from ({_by_twin(by_day, [*group, "p_day"])}))
    """


def _signs(ground: Ground) -> str:
    """Return the SQL of what a document says about its kind and year."""
    kind = "upper(trim(v.doc_type))"
    money = ground.money
    return (
        f"case when {money} < 0 and coalesce({kind}, '') not in {CREDIT_NOTES} then 'minus' else 'plus' "
        f"end as sign, "
        f"nullif({kind}, '') as kind, cast(year(v.order_date) as varchar) as in_year"
    )


def _part(relation: str, name: str, value: str, group: list[str]) -> str:
    """Add a part: the value where the versions of a group have several, nothing where they have one."""
    within = f"over (partition by {', '.join(group)})"
    prefix = {"p_store": "'s:' || ", "p_kind": "'t:' || "}.get(name, "")
    text = f"coalesce({prefix}{value}, '')"
    if name == "p_sign":
        text = f"case when {value} = 'minus' then '-' else '' end"
    several = f"min({value}) {within} <> max({value}) {within}"
    return f"select *, case when {several} then {text} else '' end as {name} from ({relation})"


def _by_customer(relation: str, group: list[str]) -> str:
    """Add who bought, as a number in the order of the documents: no key of a person may name a row."""
    within = f"over (partition by {', '.join(group)})"
    keys = ", ".join(map(quoted, PERSON_KEYS))
    cases = " ".join(
        f"when count({quoted(key)}) {within} = named then cast({quoted(key)} as varchar)"
        for key in PERSON_KEYS
    )
    with_count = f"select *, count(coalesce({keys})) {within} as named from ({relation})"
    with_who = f"select *, case when named > 0 then case {cases} end end as who from ({with_count})"
    inner = ", ".join(group)
    return f"""
        select v.*, case when min(v.who) over (partition by {inner}) <> max(v.who) over (partition by {inner})
            then coalesce('c' || o.place, '') else '' end as p_who
        from ({with_who}) v
        left join (
            select {inner}, who, row_number() over (partition by {inner} order by min(order_date), who)
                as place
            from ({with_who}) where who is not null group by {inner}, who
        ) o using ({inner}, who)
    """


def _by_island(relation: str, group: list[str]) -> str:
    """Add the first day of a run of days near to each other, where there are several runs."""
    inner = ", ".join(group)
    day = "cast(order_date as date)"
    starts = f"""
        select *, case when {day} - lag({day}) over (partition by {inner} order by {day}, digest) >
            {NEAR_DAYS}
            then 1 else 0 end as begins from ({relation})
    """
    numbered = f"""
        select * exclude (begins), sum(begins) over (
            partition by {inner} order by {day}, digest rows unbounded preceding
        ) as island from ({starts})
    """
    return f"""
        select * exclude (island),
            case when max(island) over (partition by {inner}) > 0
                then 'd' || strftime(min({day}) over (partition by {inner}, island), '%Y-%m-%d') else ''
                    end as p_day
        from ({numbered})
    """


def _by_twin(relation: str, group: list[str]) -> str:
    """Add the own day where one load brought several of them: it took them for different documents."""
    inner = ", ".join(group)
    return f"""
        select v.*, case when coalesce(t.is_several, false)
            then 'd' || strftime(order_date, '%Y-%m-%d') else '' end as p_twin
        from ({relation}) v
        left join (
            select {inner}, bool_or(contents > 1) as is_several from (
                select {inner}, batch_id, count(distinct digest) as contents from ({relation}) group by
                    {inner}, batch_id
            ) group by {inner}
        ) t using ({inner})
    """
