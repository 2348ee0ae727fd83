"""The values of mapped fields in the table of texts, as SQL: what questions and keys are measured on."""

from __future__ import annotations

from typing import Final

from clientela.warehouse.input_tables import MONEY, PERSON_KEYS
from clientela.warehouse.loading.mapping.expressions import Expression, parse
from clientela.warehouse.loading.mapping.mapping import Constant, Joined, Mapping
from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence
from clientela.warehouse.loading.staging.conversion import Writing, literal, number_of, value_of
from clientela.warehouse.loading.staging.known_words import words

_NO_KEY: Final = r"[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+|0+|9{5,}|[xX]+|[^\p{L}\p{N}]+"
"""Texts of a key that stand for none: a number that a spreadsheet shortened, zeros, nines, signs."""


class Values:
    """Reads the fields of a mapping from the texts of a file."""

    def __init__(self, evidence: Evidence, mapping: Mapping, timezone: str) -> None:
        """Keep how values are written."""
        self.evidence, self.mapping = evidence, mapping
        how = mapping.format
        self.writing = Writing(how.dates, how.decimal, how.thousands, timezone, also_iso=evidence.typed)

    def text(self, name: str) -> str | None:
        """Return the SQL of a field's text; None where it is not mapped to columns."""
        value = self.mapping.columns.get(name)
        if value is None or isinstance(value, Constant):
            return None
        if isinstance(value, Joined):
            cells = ", ".join(self.evidence.cell(header) for header in value.columns)
            return f"nullif(concat_ws({literal(value.separator)}, {cells}), '')"
        expression = self._expression(value)
        return self.evidence.cell(expression.single) if expression and expression.single else None

    def headers(self, name: str) -> tuple[str, ...]:
        """Return the headings behind a field."""
        value = self.mapping.columns.get(name)
        if isinstance(value, Joined):
            return value.columns
        expression = self._expression(value) if isinstance(value, str) else None
        return tuple(expression.columns) if expression else ()

    def money(self) -> str:
        """Return the SQL of a row's money; 0 where it is none."""
        for name in ("net_amount", "gross_amount", "amount"):
            value = self.mapping.columns.get(name)
            expression = self._expression(value) if isinstance(value, str) else None
            if expression:
                return f"coalesce({self._computed(expression)}, 0)"
        return f"cast(0 as {MONEY})"

    def moment(self, name: str = "order_date") -> str | None:
        """Return the SQL of a date as a timestamp."""
        text = self.text(name)
        return value_of(f"({text})", "timestamp", self.writing) if text else None

    def has_no_key(self) -> str:
        """Return the condition of rows that name nobody by a key."""
        keys = [key for name in PERSON_KEYS if (key := self._key(name))]
        return " and ".join(f"{key} is null" for key in keys) or "true"

    def _key(self, name: str) -> str | None:
        """Return the SQL of a key, null where its text is plainly none: E+11, a dash, one digit all along."""
        text = self.text(name)
        if text is None:
            return None
        none = ", ".join(literal(word) for word in words("nobody", "keys"))
        odd = f"regexp_full_match({text}, {literal(_NO_KEY)})"
        return f"(case when not {odd} and lower({text}) not in ({none}) then {text} end)"

    def person(self) -> str | None:
        """Return the SQL of whom a row names by a key; None where no column does.

        A name is none: the same receipt may call nobody by two names.
        """
        keys = [key for name in PERSON_KEYS if (key := self._key(name))]
        return f"coalesce({', '.join(keys)})" if keys else None

    def counts(self) -> str:
        """Return the condition of rows that the words of the mapping do not leave out."""
        status, documents = self.mapping.status, self.mapping.documents
        left = (
            [(status.column, status.words.get(kind, ())) for kind in ("cancelled", "quote")] if status else []
        )
        left += [(documents.column, documents.words.get("set_aside", ()))] if documents else []
        tests = [
            f"coalesce({self.evidence.cell(column)} not in ({', '.join(map(literal, found))}), true)"
            for column, found in left
            if found and column in self.evidence.headers
        ]
        return " and ".join(tests) or "true"

    def receipts_of(self, where: str) -> int:
        """Return how many documents the rows of a condition make: by their number and day."""
        number = self.text("order_id")
        parts = [f"cast({part} as varchar)" for part in (number, self.moment()) if part]
        counted = f"count(distinct concat_ws(chr(31), {', '.join(parts)}))" if number else "count(*)"
        return self.evidence.numbers(f"select {counted} from {TABLE} where not is_total and {where}")[0]

    def money_of(self, where: str) -> tuple[int, object]:
        """Return how many rows fulfil a condition, and their money."""
        rows, money = self.evidence.one(
            f"select count(*), coalesce(sum({self.money()}), 0) from {TABLE} where not is_total and {where}"
        )
        return int(str(rows)), money

    def _expression(self, value: str | None) -> Expression | None:
        found = parse(value, list(self.evidence.headers)) if value else None
        if found is None or not set(found.columns) <= set(self.evidence.headers):
            return None
        return found

    def _computed(self, expression: Expression) -> str:
        parts = {
            "column": lambda text: number_of(self.evidence.cell(text), self.writing),
            "number": lambda text: f"cast({text} as {MONEY})",
            "sign": lambda text: f" {text} ",
        }
        if len(expression.parts) == 1:
            return parts["column"](expression.parts[0][1]) if expression.single else expression.parts[0][1]
        written = "".join(parts[kind](text) for kind, text in expression.parts)
        return f"cast({written} as {MONEY})"
