"""The words of a status and of a kind of document: known, or set aside until somebody says their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _
from clientela.warehouse.input_tables import MONEY
from clientela.warehouse.loading.mapping.mapping import MEANINGS
from clientela.warehouse.loading.mapping.questions import Choice, Question
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.loading.staging.fields import Fields
from clientela.warehouse.loading.staging.known_words import meaning
from clientela.warehouse.loading.staging.values import AMOUNTS, OPEN_WORD, UNSIGNED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_SALE: Final = (
    "cancelled", "canceled", "voided", "draft", "quote", "test", "annullato", "annullata", "bozza",
    "preventivo", "refunded", "failed", "trash", "wc-cancelled", "wc-failed", "wc-refunded", "checkout-draft",
    "wc-checkout-draft", "stornato", "stornata", "rimborsato", "rimborsata",
)  # fmt: skip
"""Statuses as files write them under which nothing was sold; ``macros.sql`` has the same list, and a status
that is not on it is kept as one that is."""


@dataclass(frozen=True)
class _Word:
    text: str
    """As the file writes it."""

    staged: str
    """As it stands in the stage."""

    rows: int
    money: Decimal


def check_words(db: DuckDBPyConnection, fields: Fields) -> list[Question]:
    """Give the words of an order their meaning; return what has to be asked, one question a column."""
    if fields.binding.table.name != "orders":
        return []
    asked = []
    if "status" in fields.binding.types:
        asked += _check_status(db, fields)
    if fields.binding.mapping.documents or "doc_type" in fields.binding.types:
        asked += _check_documents(db, fields)
    return asked


def _words(db: DuckDBPyConnection, column: str) -> list[_Word]:
    """Return the different words of the records without a verdict, the one with most money first."""
    rows = db.execute(
        f"select {column}, count(*), coalesce(sum(money), 0) as money from {verdicts.ACCEPTED} "
        f"where {column} is not null group by {column} order by money desc, count(*) desc, {column}"
    ).fetchall()
    return [_Word(text.removeprefix(OPEN_WORD), text, count, Decimal(money)) for text, count, money in rows]


def _check_status(db: DuckDBPyConnection, fields: Fields) -> list[Question]:
    mapped = fields.binding.mapping.status is not None
    open_words, unknown = [], []
    for word in _words(db, "status"):
        if mapped and not word.staged.startswith(OPEN_WORD):
            if word.staged == MEANINGS["ask"]:
                open_words.append(word)
            continue
        means = meaning("status", word.text)
        if means == "ask":
            open_words.append(word)
        elif means is None:
            unknown.append(word)
        elif mapped or (means != "counts" and word.text.lower() not in NO_SALE):
            _write(db, "status", word, MEANINGS[means])
    column = fields.column("status")
    _set_aside(db, fields, "status", "status_to_ask", column, open_words)
    _set_aside(db, fields, "status", "unknown_status", column, unknown)
    for word in [*open_words, *unknown]:
        if word.staged != word.text:
            _write(db, "status", word, word.text)
    return _question("status_words", "status", fields, column, [*open_words, *unknown])


def _check_documents(db: DuckDBPyConnection, fields: Fields) -> list[Question]:
    documents = fields.binding.mapping.documents
    said = {
        word.strip().lower(): means
        for means, listed in (documents.words if documents else {}).items()
        for word in listed
    }
    staged = "document_word" if documents else "doc_type"
    column = documents.column if documents else fields.column("doc_type")
    open_words, unknown = [], []
    for word in _words(db, staged):
        means = said.get(word.text.lower()) or meaning("documents", word.text)
        if means == "ask":
            open_words.append(word)
        elif means is None:
            unknown.append(word)
        elif means == "set_aside":
            _set_aside(db, fields, staged, "left_out", column, [word])
        elif means == "credit_note" and documents and word.text.lower() not in said:
            _make_negative(db, fields, word)
    _set_aside(db, fields, staged, "document_to_ask", column, open_words)
    _set_aside(db, fields, staged, "unknown_document", column, unknown)
    return _question("document_words", "documents", fields, column, [*open_words, *unknown])


def _write(db: DuckDBPyConnection, column: str, word: _Word, text: str) -> None:
    db.execute(f"update temp.stage set {column} = ? where {column} = ?", [text, word.staged])


def _make_negative(db: DuckDBPyConnection, fields: Fields, word: _Word) -> None:
    """Give a credit note its sign, whatever the file says."""
    names = [
        quoted(name)
        for name, kind in fields.binding.types.items()
        if kind == MONEY and name in AMOUNTS and name not in UNSIGNED
    ]
    names += ["money"] if fields.cells.numbered else []
    changes = ", ".join(f"{name} = -abs({name})" for name in names)
    db.execute(f"update temp.stage set {changes} where document_word = ?", [word.staged])


def _set_aside(
    db: DuckDBPyConnection, fields: Fields, staged: str, code: str, column: str, words: list[_Word]
) -> None:
    if not words:
        return
    listed = ", ".join(literal(word.staged) for word in words)
    plain = f"replace({staged}, {literal(OPEN_WORD)}, '')"
    rows = f"select record_no, {literal(column)} as column_name, {plain} as value from {verdicts.ACCEPTED} "
    verdicts.add(db, "set_aside", code, rows + f"where {staged} in ({listed})")
    if fields.binding.mapping.rows == "line":
        verdicts.spread(db, code)


def _question(code: str, section: str, fields: Fields, column: str, words: list[_Word]) -> list[Question]:
    """Ask about all the words of a column at once."""
    if not words:
        return []
    mapping = fields.binding.mapping
    part = mapping.status if section == "status" else mapping.documents
    texts = [word.text for word in words]

    def answer(means: str) -> dict[str, object]:
        known = list(part.words.get(means, ())) if part else []
        return {f"{section}.column": column, f"{section}.{means}": [*known, *texts]}

    counts, against = ("counts", "cancelled") if section == "status" else ("invoice", "credit_note")
    choices = (
        Choice(counts, _("They count as sales."), answer(counts)),
        Choice(
            against,
            _("They never count.") if section == "status" else _("They are credit notes: taken off."),
            answer(against),
        ),
        Choice("ask", _("They stay set aside for now."), answer("ask")),
    )
    return [
        Question(
            code,
            column,
            _("What do these words of the column “{column}” mean?").format(column=column),
            choices,
            "ask",
            tuple(f"{word.text} ({word.rows})" for word in words[:8]),
            sum(word.rows for word in words),
            sum((word.money for word in words), Decimal(0)),
        )
    ]
