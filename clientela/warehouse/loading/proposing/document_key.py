"""What names a document in a file: the smallest set of fields under which no two documents contradict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence

_TOLERATED: Final = 0.005
"""Share of the documents that may contradict: a wrong number is a fault of its row, no other numbering."""

_LONG: Final = 10
"""Signs from which a programme's own number stands alone."""


def document_key(
    evidence: Evidence,
    *,
    number: str,
    day: str,
    time: str | None,
    person: str | None,
    parts: dict[str, str],
    by_line: bool,
) -> tuple[str, ...]:
    """Return the fields of the key, as they stand in a mapping.

    Args:
        evidence: the texts of the file.
        number: SQL of the document's number.
        day: SQL of its day, a date; null where it is none.
        time: SQL of its hour, a text; None where the file has none.
        person: SQL of who it is for, null for nobody; None where the file does not say.
        parts: further fields of the key, as the kind of document and the shop, to their SQL.
        by_line: whether a document may have several rows.
    """
    stands = _stands_alone(evidence, number)
    fixed = {"order_id": number, **parts}
    year = f"extract(year from {day})"
    steps: list[tuple[tuple[str, ...], Sequence[str]]] = [
        ((*fixed, "year"), (*fixed.values(), year)),
        ((*fixed, "day"), (*fixed.values(), day)),
    ]
    if time:
        steps.append(((*fixed, "day", "time"), (*fixed.values(), day, time)))
    if stands:
        steps.insert(0, (("order_id",), (number,)))
    counted = [
        (_contradictions(evidence, key, number, day, time, person, by_line), names) for names, key in steps
    ]
    for (documents, contradicting), names in counted:
        if contradicting <= _TOLERATED * documents:
            return names
    return min(counted, key=lambda found: found[0][1])[1]


def _stands_alone(evidence: Evidence, number: str) -> bool:
    """Tell whether the numbers are a programme's own long ids."""
    shortest, counting = evidence.one(
        f"select min(strlen({number})), count_if(regexp_matches({number}, '[0-9]{{4}}')) = count({number}) "
        f"from {TABLE} where not is_total and {number} is not null"
    )
    return shortest is not None and int(str(shortest)) >= _LONG and bool(counting)


def _contradictions(
    evidence: Evidence,
    key: Sequence[str],
    number: str,
    day: str,
    time: str | None,
    person: str | None,
    by_line: bool,
) -> tuple[int, int]:
    """Return how many documents a key makes, and how many of them cannot be one."""
    tests = [f"count(distinct {day}) > 1"]
    if person:
        tests.append(f"count(distinct {person}) > 1")
    if time:
        # The lines of one receipt may be minutes apart, two receipts of one number are not side by side.
        tests.append(f"(count(distinct {time}) > 1 and max(record_no) - min(record_no) >= count(*))")
    if not by_line:
        tests = [f"count(distinct {evidence.whole_row}) > 1"]
    names = ", ".join(f"{sql} as k{place}" for place, sql in enumerate(key))
    groups = ", ".join(f"k{place}" for place in range(len(key)))
    documents, wrong = evidence.numbers(
        f"select count(*), count_if(is_wrong) from (select {' or '.join(tests)} as is_wrong "
        f"from (select *, {names} from {TABLE} where not is_total and {number} is not null) "
        f"group by {groups})"
    )
    return documents, wrong
