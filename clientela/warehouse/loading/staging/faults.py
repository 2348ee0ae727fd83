"""Everything that is wrong with a record, as SQL: what is left out first, then all of its faults."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from clientela.warehouse.input_tables import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, PERSON_KEYS, TEXT
from clientela.warehouse.loading.mapping.expressions import Expression
from clientela.warehouse.loading.mapping.mapping import Constant
from clientela.warehouse.loading.staging.conversion import among, literal, quoted
from clientela.warehouse.loading.staging.fields import FAULT, PART, Fields

TOTAL_ROW: Final = r"(?i)^\s*(totale|totali|total|totals|grand total|sub-?totale?|somma|stampato)\b.*"

Test = tuple[str, str]
"""SQL of a test and of the fault that it finds."""


class Faults:
    """Writes the SQL of the faults of a record."""

    def __init__(self, fields: Fields, today: date) -> None:
        """Keep what the SQL is made of; a row dated after today is a fault."""
        self.fields, self.today = fields, today
        self.binding, self.cells = fields.binding, fields.cells
        self.continues = self.binding.mapping.format.continues

    def sql(self) -> str:
        """Return a record's faults, parted by ``FAULT``; null where it is sound.

        A record that is left out has that one reason. The tests of the others are written twice: once to find
        the few records that have any, once to say which.
        """
        apart = self._split_faults() + self._left_out()
        wrong = self._errors() + self._missing() + self._unreadable() + self._future()
        cases = " ".join(f"when {test} then {fault}" for test, fault in apart)
        if wrong:
            any_test = " or ".join(f"({test})" for test, _fault in wrong)
            each = ", ".join(f"case when {test} then {fault} end" for test, fault in wrong)
            cases += f" when {any_test} then concat_ws({literal(FAULT)}, {each})"
        return f"case {cases} end"

    def _split_faults(self) -> list[Test]:
        found = [("split_fault is not null", f"split_fault || '{PART}{PART}'")] if self.cells.numbers else []
        return [*found, ("is_blank", f"'blank_line{PART}{PART}'")]

    def _left_out(self) -> list[Test]:
        """Rows that the mapping leaves out, and totals: no date, and a cell that says so."""
        mapping = self.binding.mapping
        found, lists = [], []
        if (words := mapping.set_aside) and words.coded:
            reason = self.fields.text(words.column)
            found.append((f"{reason} is not null", f"{reason} || '{PART}{PART}'"))
        elif words:
            lists.append((words.column, words.values))
        lists += [
            (part.column, part.words["set_aside"])
            for part in (mapping.status, mapping.documents)
            if part and part.words.get("set_aside")
        ]
        found += [
            (self.fields.is_word(column, listed), self.fields.said("left_out", column))
            for column, listed in lists
        ]
        event = self.binding.table.event
        if event in self.binding.types:
            found.append(
                (f"{quoted(str(event))} is null and {self.says_total()}", f"'total_row{PART}{PART}'")
            )
        return found

    def says_total(self) -> str:
        """Return whether a cell says that the row is a total."""
        texts = ", ".join(self.fields.text(header) for header in self.cells.headers)
        return f"regexp_matches(concat_ws('\n', {texts}), {literal(TOTAL_ROW.replace('(?i)', '(?im)'))})"

    def _errors(self) -> list[Test]:
        """What a spreadsheet writes where a formula failed, in a column that is read and is no field.

        In one that is, ``spreadsheet_errors.py`` finds it, or it has no value (``_unreadable``).
        """
        fields = {column for name in self.binding.types for column in self.fields.columns(name)}
        return [
            (self.fields.is_error(column), self.fields.said("spreadsheet_error", column))
            for column in self.fields.mapped_columns()
            if column not in fields
        ]

    def _missing(self) -> list[Test]:
        """Mandatory fields without a text; several in a group stand in for one another."""
        found = []
        groups = list(self.binding.table.mandatory)
        if self.binding.mapping.rows == "line":
            groups.append(("order_id",))
        for group in groups:
            bound = [name for name in group if name in self.binding.types]
            empty = " and ".join(f"{self.fields.source_text(name)} is null" for name in bound)
            if self.continues == "first_row" and self.binding.types[bound[0]] == MONEY:
                empty = f"not is_continued and {empty}"
            code = missing_code(bound[0], self.binding.types[bound[0]])
            found.append((empty, f"'{code}' || {literal(PART + self.fields.column(bound[0]) + PART)}"))
        return found

    def _unreadable(self) -> list[Test]:
        """Fields that have a text and no value."""
        found: list[Test] = []
        for name, kind in self.binding.types.items():
            value = self.binding.expressions[name]
            if isinstance(value, Constant) or (name == "status" and self.binding.mapping.status):
                continue
            code = unreadable_code(name, kind)
            if name in self.binding.table.choices:
                said = self.fields.said("unknown_word", self.fields.column(name))
                known = among(quoted(name), self.binding.table.choices[name])
                found.append((f"{quoted(name)} is not null and not {known}", said))
            elif isinstance(value, Expression) and not value.single:
                for column in dict.fromkeys(value.columns):
                    number = self.fields.number(column)
                    test = f"{self.fields.text(column)} is not null and {number} is null"
                    found.append((test, self.fields.said(code, column, or_error=True)))
            elif kind != TEXT:
                test = f"{quoted(name)} is null and {self.fields.whole_text(value)} is not null"
                found.append((test, self.fields.said(code, self.fields.column(name), or_error=True)))
        return found

    def _future(self) -> list[Test]:
        """The event after today; today counts to its last second."""
        event = self.binding.table.event
        if not event or event not in self.binding.types:
            return []
        tomorrow = self.today + timedelta(days=1)
        said = self.fields.said("future_date", self.fields.column(event))
        return [(f"{quoted(event)} >= timestamp '{tomorrow}'", said)]


def missing_code(name: str, kind: str) -> str:
    """Return the fault of a mandatory field that is empty."""
    if kind in (DAY, INSTANT):
        return "missing_date"
    if name in PERSON_KEYS:
        return "missing_person"
    return "missing_amount" if kind in (MONEY, NUMBER) else "missing_value"


def unreadable_code(name: str, kind: str) -> str:
    """Return the fault of a field whose text is not a value."""
    if kind in (DAY, INSTANT):
        return "unreadable_date"
    if kind in (FLAG, TEXT):
        return "unknown_word"
    return "unreadable_number" if kind == COUNT or name in ("minutes", "points") else "unreadable_amount"
