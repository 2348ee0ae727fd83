"""Give every column of a file the field that its heading names, and say which table the file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from clientela.warehouse.input_tables import PERSON_KEYS, input_tables
from clientela.warehouse.loading.mapping.synonyms import Meaning, fields_of

TABLES: Final = ("orders", "customers", "payments")
"""What is proposed; the other tables are loaded by their own field names or by a mapping."""

AMOUNTS: Final = ("gross_amount", "net_amount", "line_total", "unit_price")
"""Fields that say what an order came to."""

_FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "orders": ("orders", "person", "order_lines"),
    "customers": ("customers", "person"),
    "payments": ("payments",),
}


@dataclass
class Assignment:
    """The columns of a file as fields of one table."""

    table: str
    fields: dict[str, str] = field(default_factory=dict)
    """Field, or help to read one, to heading."""

    rivals: dict[str, list[str]] = field(default_factory=dict)
    """Field to further headings that name it as surely."""

    scores: dict[str, float] = field(default_factory=dict)
    """Heading to how surely it names its field."""

    similar: dict[str, Meaning] = field(default_factory=dict)
    """Heading that is only like a known one, to what it would be."""

    unused: list[str] = field(default_factory=list)
    """Headings that are left."""

    @property
    def has_amount(self) -> bool:
        """Whether a column says what an order came to."""
        return any(name in self.fields for name in AMOUNTS)

    @property
    def is_whole(self) -> bool:
        """Whether what the table needs is there."""
        have = set(self.fields)
        if self.table == "orders":
            return "order_date" in have and self.has_amount
        if self.table == "customers":
            return bool(have & set(PERSON_KEYS))
        return all(have & set(group) for group in input_tables()[self.table].mandatory)


def assign(headers: Sequence[str], table: str | None = None) -> Assignment | None:
    """Return the table that knows the most of the columns among those that the file can be; None: none.

    Args:
        headers: of the file.
        table: the one that the owner named.
    """
    tried = [_assigned(headers, name) for name in TABLES if table in (None, name)]
    best = max(tried, key=_knows, default=None)
    whole = [found for found in tried if found.is_whole]
    if best is None or not whole:
        return None
    # An order without its date would fit the customers' table, which asks for nothing but a key: a table that
    # knows fewer of the columns than another is not meant.
    known = max(whole, key=_knows)
    return known if len(known.fields) == len(best.fields) and 3 * len(known.fields) >= len(headers) else None


def nearest(headers: Sequence[str], table: str | None = None) -> Assignment:
    """Return the table that a file is most like, whether or not what it needs is there."""
    tried = [_assigned(headers, name) for name in TABLES if table in (None, name)]
    return max(tried, key=_knows)


def _knows(found: Assignment) -> tuple[int, int]:
    """Order tables by how many columns they know."""
    return len(found.fields), -TABLES.index(found.table)


def _assigned(headers: Sequence[str], table: str) -> Assignment:
    families = _FAMILIES[table]
    found = Assignment(table)
    claims: list[tuple[str, str, float, int, int]] = []
    for place, header in enumerate(headers):
        meanings = [meant for meant in fields_of(header) if meant.table in families]
        # A word of the table itself comes before one that every table knows.
        meanings.sort(key=lambda meant: (-meant.score, families.index(meant.table), meant.rank))
        sure = [meant for meant in meanings if meant.is_sure]
        claims += [(meant.field, header, -meant.score, meant.rank, place) for meant in sure]
        if meanings and not sure:
            found.similar[header] = meanings[0]
    taken: set[str] = set()
    for name, header, score, _rank, _place in sorted(
        claims, key=lambda claim: (claim[2], claim[3], claim[4])
    ):
        if header in taken:
            continue
        if name in found.fields:
            found.rivals.setdefault(name, []).append(header)
            continue
        found.fields[name] = header
        found.scores[header] = -score
        taken.add(header)
    found.rivals = {
        name: left for name, rivals in found.rivals.items() if (left := [r for r in rivals if r not in taken])
    }
    found.unused = [header for header in headers if header not in taken and header not in found.similar]
    return found
