"""What a file leaves open, found on all of its rows: one question each, with its safe default."""

from __future__ import annotations

from decimal import Decimal

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.input_tables import PERSON_KEYS
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.questions import Choice, Question
from clientela.warehouse.loading.proposing import day_and_sign
from clientela.warehouse.loading.proposing.day_and_sign import LATER, date_order, number_format
from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence
from clientela.warehouse.loading.proposing.nobody import is_nobody
from clientela.warehouse.loading.proposing.values import Values
from clientela.warehouse.loading.staging.conversion import literal


class OpenPoints:
    """Finds the questions of one file."""

    def __init__(self, evidence: Evidence, mapping: Mapping, timezone: str) -> None:
        """Keep what is asked."""
        self.evidence, self.mapping = evidence, mapping
        self.values = Values(evidence, mapping, timezone)

    def found(
        self, open_number: str | None, open_date: str | None, total_or_line: str | None = None
    ) -> list[Question]:
        """Return all questions, in no order.

        Args:
            open_number: heading of an amount whose cells fit two readings.
            open_date: heading of a date whose day and month cannot be told apart.
            total_or_line: heading of an amount that may be a document's or a line's.
        """
        asked = [
            day_and_sign.total_or_line(self.values, total_or_line) if total_or_line else None,
            number_format(self.evidence, open_number) if open_number else None,
            date_order(self.values, open_date) if open_date else None,
            self.status_words(),
            self.document_words(),
            self.names_without_key(),
        ]
        return [question for question in asked if question]

    def status_words(self) -> Question | None:
        """Ask whether the sales under words that nobody knows count."""
        status = self.mapping.status
        words = status.words.get("ask", ()) if status else ()
        if not status or not words:
            return None
        listed, rows, money = self._counted(status.column, words)
        # A known export lists its words whether this file holds them or not.
        if not rows:
            return None
        known = status.words
        return Question(
            "status_words",
            status.column,
            _("Do the sales marked {words} count?").format(words=listed),
            (
                Choice(
                    "count",
                    _("Yes: they are sales like the others."),
                    {"status.counts": [*known.get("counts", ()), *words], "status.ask": []},
                ),
                Choice(
                    "cancel",
                    _("No: they came to nothing."),
                    {"status.cancelled": [*known.get("cancelled", ()), *words], "status.ask": []},
                ),
                Choice(LATER, _("I do not know yet: they wait outside, counted apart."), {}),
            ),
            LATER,
            self._samples(status.column, words),
            rows,
            money,
        )

    def document_words(self) -> Question | None:
        """Ask what documents of an unknown kind are."""
        documents = self.mapping.documents
        words = documents.words.get("ask", ()) if documents else ()
        if not documents or not words:
            return None
        listed, rows, money = self._counted(documents.column, words)

        def taken(meaning: str) -> dict[str, object]:
            key = f"documents.{meaning}"
            return {key: [*documents.words.get(meaning, ()), *words], "documents.ask": []}

        return Question(
            "document_words",
            documents.column,
            _("What are the documents called {words}?").format(words=listed),
            (
                Choice("sales", _("Sales: they count as they are."), taken("invoice")),
                Choice("refunds", _("Money given back: they are subtracted."), taken("credit_note")),
                Choice("leave_out", _("Neither: they are left out."), taken("set_aside")),
                Choice(LATER, _("I do not know yet: they wait outside, counted apart."), {}),
            ),
            LATER,
            self._samples(documents.column, words),
            rows,
            money,
        )

    def names_without_key(self) -> Question | None:
        """Ask whether a name may stand for its customer where nothing else does."""
        name = self.values.text("customer_name")
        if self.mapping.table != "orders" or name is None or self.mapping.key.name:
            return None
        nameless = f"{name} is not null and {self.values.has_no_key()} and {self.values.counts()}"
        found = self.evidence.db.execute(
            f"select {name}, count(*), sum({self.values.money()}) from {TABLE} "
            f"where not is_total and {nameless} group by 1 order by 2 desc, 1"
        ).fetchall()
        people = [
            (str(text), int(rows), Decimal(str(money))) for text, rows, money in found if not is_nobody(text)
        ]
        nobody = sorted(str(text) for text, _rows, _money in found if is_nobody(text))
        if not people:
            return None
        rows = sum(count for _name, count, _money in people)
        named = f"{name} in ({', '.join(literal(text) for text, _rows, _money in people)})"
        receipts = self.values.receipts_of(f"{nameless} and {named}")
        header = " + ".join(self.values.headers("customer_name"))
        keys = [" + ".join(self.values.headers(key)) for key in PERSON_KEYS if self.values.headers(key)]
        return Question(
            "names_without_key",
            header,
            ngettext(
                "{count} name stands alone in “{column}”, without {keys} (receipts: {receipts}). May the "
                "name say who it is?",
                "{count} names stand alone in “{column}”, without {keys} (receipts: {receipts}). May the "
                "name say who it is?",
                len(people),
            ).format(count=len(people), column=header, keys=_either(keys), receipts=receipts),
            (
                Choice(
                    "yes",
                    _("Yes: in this file the same name is the same person."),
                    {"key.name": True, "key.nobody": [*self.mapping.key.nobody, *nobody]},
                ),
                Choice(
                    LATER,
                    _("No: these purchases count, but belong to nobody."),
                    {},
                ),
            ),
            LATER,
            tuple(text for text, _rows, _money in people[:3]),
            rows,
            sum((money for _name, _rows, money in people), Decimal(0)),
        )

    def _counted(self, column: str, words: tuple[str, ...]) -> tuple[str, int, Decimal]:
        """Return the words with their rows and sums, and both in all."""
        cell = self.evidence.cell(column)
        found = self.evidence.db.execute(
            f"select {cell}, count(*), sum({self.values.money()}) from {TABLE} where not is_total "
            f"and {cell} in ({', '.join(map(literal, words))}) group by 1 order by 2 desc, 1"
        ).fetchall()
        from clientela.money import money_text

        listed = ", ".join(
            ngettext("“{word}” ({count} row, {money})", "“{word}” ({count} rows, {money})", count).format(
                word=word, count=count, money=money_text(Decimal(str(money)))
            )
            for word, count, money in found[:6]
        )
        rows = sum(count for _word, count, _money in found)
        return listed, rows, sum((Decimal(str(money)) for _word, _rows, money in found), Decimal(0))

    def _samples(self, column: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the number, name and money of a few rows that are asked about."""
        cell = self.evidence.cell(column)
        parts = [text for name in ("order_id", "customer_name") if (text := self.values.text(name))]
        parts += [cell, f"cast({self.values.money()} as decimal(18, 2))"]
        shown = f"concat_ws(' · ', {', '.join(parts)})"
        found = self.evidence.db.execute(
            f"select {shown} from {TABLE} where not is_total and {cell} in "
            f"({', '.join(map(literal, words))}) order by record_no limit 2"
        ).fetchall()
        return tuple(str(row[0]) for row in found)


def _either(keys: list[str]) -> str:
    """List the headings of keys."""
    quoted = [_("“{word}”").format(word=key) for key in keys]
    if not quoted:
        return _("a number, a card, an e-mail or a phone")
    return _(" or ").join(quoted)
