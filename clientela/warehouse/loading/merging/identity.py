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
    place = "cast(null as varchar)" if ground.is_said else "cast(store_id as varchar)"
    steps = {"signed": f"select v.*, {_signs(ground)} from {relation} v"}
    group = ["base"]
    for name, value in (("p_sign", "sign"), ("p_kind", "kind"), ("p_year", "in_year"), ("p_store", place)):
        steps[f"by_{name}"] = _part(list(steps)[-1], name, value, group)
        group = [*group, name]
    steps |= _by_customer(list(steps)[-1], ", ".join(group))
    group = [*group, "p_who"]
    steps |= _by_island(list(steps)[-1], ", ".join(group))
    steps |= _by_twin(list(steps)[-1], ", ".join([*group, "p_day"]))
    parts = "p_sign, p_kind, p_year, p_store, p_who, p_day, p_twin"
    nulls = ", ".join(f"nullif({part}, '')" for part in parts.split(", "))
    chain = ", ".join(f"{name} as materialized ({sql})" for name, sql in steps.items())
    added = "sign, kind, in_year, who, named, apart, " + parts
    key = f"base || case when apart <> '' then {APART} || apart else '' end"
    return (
        f"with {chain} select * exclude ({added}), {key} as doc_key "
        f"from (select *, concat_ws('/', {nulls}) as apart from by_twin)"
    )


def _signs(ground: Ground) -> str:
    """Return the SQL of what a document says about its kind and year."""
    kind = "upper(trim(v.doc_type))"
    return (
        f"case when {ground.money} < 0 and coalesce({kind}, '') not in {CREDIT_NOTES} "
        f"then 'minus' else 'plus' end as sign, nullif({kind}, '') as kind, "
        "cast(year(v.order_date) as varchar) as in_year"
    )


def _part(relation: str, name: str, value: str, group: list[str]) -> str:
    """Add a part: the value where the versions of a group have several, nothing where they have one."""
    within = f"over (partition by {', '.join(group)})"
    prefix = {"p_store": "'s:' || ", "p_kind": "'t:' || "}.get(name, "")
    text = f"coalesce({prefix}{value}, '')"
    if name == "p_sign":
        text = f"case when {value} = 'minus' then '-' else '' end"
    several = f"min({value}) {within} <> max({value}) {within}"
    return f"select *, case when {several} then {text} else '' end as {name} from {relation}"


def _by_customer(relation: str, group: str) -> dict[str, str]:
    """Add who bought, as a number in the order of the documents: no key of a person may name a row."""
    within = f"over (partition by {group})"
    keys = ", ".join(map(quoted, PERSON_KEYS))
    cases = " ".join(
        f"when count({quoted(key)}) {within} = named then cast({quoted(key)} as varchar)"
        for key in PERSON_KEYS
    )
    several = f"min(v.who) over (partition by {group}) <> max(v.who) over (partition by {group})"
    return {
        "counted": f"select *, count(coalesce({keys})) {within} as named from {relation}",
        "known": f"select *, case when named > 0 then case {cases} end end as who from counted",
        "buyers": (
            f"select {group}, who, row_number() over (partition by {group} order by min(order_date), "
            f"who) as place "
            f"from known where who is not null group by {group}, who"
        ),
        "by_who": (
            f"select v.*, case when {several} then coalesce('c' || o.place, '') else '' end as p_who "
            f"from known v left join buyers o using ({group}, who)"
        ),
    }


def _by_island(relation: str, group: str) -> dict[str, str]:
    """Add the first day of a run of days near to each other, where there are several runs."""
    day = "cast(order_date as date)"
    before = f"lag({day}) over (partition by {group} order by {day}, digest)"
    first = f"strftime(min({day}) over (partition by {group}, island), '%Y-%m-%d')"
    return {
        "steps_of_days": (
            f"select *, case when {day} - {before} > {NEAR_DAYS} then 1 else 0 end as begins from {relation}"
        ),
        "islands": (
            f"select * exclude (begins), sum(begins) over (partition by {group} order by {day}, digest "
            "rows unbounded preceding) as island from steps_of_days"
        ),
        "by_day": (
            f"select * exclude (island), case when max(island) over (partition by {group}) > 0 "
            f"then 'd' || {first} else '' end as p_day from islands"
        ),
    }


def _by_twin(relation: str, group: str) -> dict[str, str]:
    """Add the own day where one load brought several of them: it took them for different documents."""
    day = "strftime(order_date, '%Y-%m-%d')"
    return {
        "contents": (
            f"select {group}, batch_id, count(distinct digest) as contents from {relation} group by "
            f"{group}, batch_id"
        ),
        "several": f"select {group}, bool_or(contents > 1) as is_several from contents group by {group}",
        "by_twin": (
            f"select v.*, case when coalesce(t.is_several, false) then 'd' || {day} else '' end as p_twin "
            f"from {relation} v left join several t using ({group})"
        ),
    }
