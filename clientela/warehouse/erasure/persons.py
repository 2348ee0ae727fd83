"""What is known of the people who are being forgotten, to find them in texts and in other people's rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from clientela import forgotten, people_in_texts
from clientela.people_in_texts import CUT
from clientela.warehouse.erasure.marks import CELLS, PART

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CONTACT: Final = re.compile(r"[^@ ]+@[^@ ]+|[+]?(39)?3[0-9]{8,9}|[+][0-9]{8,15}")
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"\\|]+@[^\s@<>()\[\],;:\"\\|]+")
_PHONE: Final = re.compile(r"[+]?[0-9][0-9 ./()-]{5,18}[0-9]")
_CELL: Final = re.compile(r"[;,\t|\"\r\n]+")

_DIGITS: Final = re.compile(r"[+]?[0-9]{6,}")

LONGEST_NAME: Final = 4
"""Words of a name that is looked for in texts."""


def folded(name: str) -> str:
    """Return a name as it is compared: words in capitals without accents, in the order of the alphabet."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign)).upper()
    return " ".join(sorted(re.findall(r"[^\W_]+", plain)))


def spell_phone(text: str) -> str:
    """Return a number as ``loading.staging.keys.phone`` spells it."""
    digits = re.sub("[^0-9+]", "", text)
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("+"):
        return digits
    if (digits.startswith("3") and len(digits) in (9, 10)) or (
        digits.startswith("0") and 6 <= len(digits) <= 11
    ):
        return "+39" + digits
    return "+" + digits if digits.startswith("39") and len(digits) in (11, 12) else digits


class Marked:
    """The marks under one key, with the contacts and names that the rows of these people showed."""

    def __init__(self, db: DuckDBPyConnection, key: str) -> None:
        """Read the marks and the cells that were found."""
        self.key = key
        rows = db.execute("select mark from meta.forgotten where mark_key = ?", [key]).fetchall()
        self.marks = {row[0] for row in rows}
        rows = db.execute(f"select kind, value from {CELLS}").fetchall()
        self.cells: set[tuple[str, str]] = {(kind, value) for kind, value in rows}
        self.names: set[str] = set()

    def has(self, kind: str, value: str) -> bool:
        """Tell whether a value was forgotten."""
        return forgotten.mark(self.key, kind, value) in self.marks

    def token(self, kind: str, value: str) -> str:
        """Return what stands in the place of a value."""
        return forgotten.token(kind, forgotten.mark(self.key, kind, value))

    def is_name(self, text: str) -> bool:
        """Tell whether a text is the name of somebody forgotten, and of nobody else."""
        name = folded(text)
        return " " in name and (self.has("name", name) or name in self.folded_names)

    @cached_property
    def folded_names(self) -> set[str]:
        """The names that were found, as they are compared."""
        return {folded(name) for name in self.names}

    def keep_unique_names(self, db: DuckDBPyConnection) -> None:
        """Leave out what somebody else is called, too, or a first name alone: a text may mean anybody."""
        rows = db.execute(
            "select name from raw.customers union select concat_ws(' ', first_name, last_name) "
            "from raw.customers union select customer_name from raw.orders union select name from raw.targets"
        ).fetchall()
        others = {folded(row[0]) for row in rows if row[0]}
        self.names = {name for name in self.names if " " in folded(name) and folded(name) not in others}
        self.__dict__.pop("folded_names", None)

    def instead(self, value: str) -> str | None:
        """Return what takes the place of a cell that names somebody forgotten, None where it names nobody."""
        if forgotten.is_token(value):
            return None
        spelled = value.lower() if "@" in value else spell_phone(value)
        kind = forgotten.kind_of(value)
        if _CONTACT.fullmatch(value.strip()) and self.has(kind, spelled):
            return self.token(kind, spelled)
        if self.has("named_id", value):
            return self.token("member", value)
        if self.is_name(value):
            return self.token("name", folded(value))
        return None

    def number(self, value: str) -> str | None:
        """Return what takes the place of somebody's number; None where it stays."""
        return None if forgotten.is_token(value) else self.instead(value)

    def stands_in(self, source: str, text: str) -> bool:
        """Tell whether a record as it stood in a file names somebody forgotten, by any of its cells."""
        cells = (cell.strip() for cell in _CELL.split(text))
        return self.cut(text) != text or any(self._is_cell(source, cell) for cell in cells if cell)

    def _is_cell(self, source: str, cell: str) -> bool:
        bare = re.sub("[^0-9A-Z]", "", cell.upper())
        return (
            self.has("customer_id", f"{source}{PART}{cell}")
            or self.has("tax_code", bare)
            or self.has("vat_number", bare.removeprefix("IT"))
            or self.has("card_number", cell)
        )

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What finds their names and contacts in a text, however they are spaced."""
        parts: list[str] = []
        for kind, value in sorted(self.cells):
            if forgotten.is_token(value):
                continue
            if kind in ("email", "tax_code", "vat_number"):
                parts.append(people_in_texts.as_written(value))
            elif kind == "phone":
                parts += people_in_texts.phone(value)
        for name in sorted(self.names):
            parts += people_in_texts.name(name)
        return people_in_texts.finder(parts)

    def cut(self, text: str) -> str:
        """Return a text without them: what the rows showed, then what only the marks know."""
        known = text if self.pattern is None else self.pattern.sub(CUT, text)
        spans = [*self._contacts_in(known), *self._names_in(known)]
        for begin, end in sorted(spans, reverse=True):
            known = known[:begin] + CUT + known[end:]
        return known

    def _contacts_in(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _EMAIL.finditer(text):
            if self.has("email", found.group().lower()):
                yield found.span()
        for form in (_PHONE, _DIGITS):
            for found in form.finditer(text):
                if self.has("phone", spell_phone(found.group())):
                    yield found.span()
                    return

    def _names_in(self, text: str) -> Iterator[tuple[int, int]]:
        words = list(re.finditer(r"[^\W\d_]+", text))
        for count in range(LONGEST_NAME, 1, -1):
            for first in range(len(words) - count + 1):
                some = words[first : first + count]
                if self.has("name", folded(" ".join(word.group() for word in some))):
                    yield some[0].start(), some[-1].end()
                    return
