"""Propose the mapping of a file that nobody has described: from its headings, and from all of its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.mapping.mapping import (
    DocumentKey,
    DocumentWords,
    Joined,
    Mapping,
    Source,
    Status,
)
from clientela.warehouse.loading.proposing.assignment import Assignment, assign
from clientela.warehouse.loading.proposing.document_key import document_key
from clientela.warehouse.loading.proposing.evidence import Evidence
from clientela.warehouse.loading.proposing.format_evidence import Written, written
from clientela.warehouse.loading.proposing.rows import Rows, column, rows_of
from clientela.warehouse.loading.proposing.values import Values
from clientela.warehouse.loading.proposing.word_evidence import document_words, status_words

_SIMILAR_IS_ENOUGH: Final = ("product_name", "category", "city", "address", "channel", "operator_id")
"""Fields for which a heading that is only like a known one may be taken: no money, date, key or consent."""

_MOST_REGISTERS: Final = 60


@dataclass(frozen=True)
class ProposedColumn:
    """One column of the file and what it is taken for."""

    header: str
    field: str | None
    """None where it is left out."""

    score: float
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A mapping that nobody wrote, with what it stands on."""

    mapping: Mapping
    assignment: Assignment
    written: Written
    total_or_line: str | None = None
    """Heading of an amount that may be that of the document or that of the line."""


def propose(evidence: Evidence, source: str, table: str | None = None) -> Proposal | None:
    """Propose a mapping; None where the headings are not enough to say what the file is.

    Args:
        evidence: the texts of the file.
        source: what the rows' source will be called.
        table: the table that the owner named.
    """
    found = assign(evidence.headers, table)
    if found is None:
        return None
    _take_similar(found)
    if found.table != "orders":
        columns = _plain_columns(found, found.table)
        how = written(evidence, columns)
        mapping = Mapping(source, found.table, columns, format=how.format, headers=evidence.headers)
        return Proposal(mapping, found, how)
    return _orders(evidence, source, found)


def _orders(evidence: Evidence, source: str, found: Assignment) -> Proposal:
    """Propose the mapping of a file of sales."""
    _drop_what_is_no_word(found, evidence)
    rows = rows_of(found, evidence)
    columns = _order_columns(found, rows, evidence)
    how = written(evidence, columns)
    written_so = replace(how.format, continues=rows.continues)
    mapping = Mapping(
        source,
        "orders",
        columns,
        rows=rows.kind,
        format=written_so,
        status=_status(found, evidence),
        documents=_documents(found, evidence),
        headers=evidence.headers,
    )
    keyed = replace(mapping, key=DocumentKey(_key(evidence, mapping, found)))
    return Proposal(keyed, found, how, rows.amount if rows.is_open else None)


def _key(evidence: Evidence, mapping: Mapping, found: Assignment) -> tuple[str, ...]:
    """Return what names a document in this file; empty where it has no number."""
    values = Values(evidence, mapping, "UTC")
    number, moment = values.text("order_id"), values.moment()
    if number is None or moment is None:
        return ()
    hour = evidence.column(found.fields["order_date"]).dates.has_time or isinstance(
        mapping.columns["order_date"], Joined
    )
    parts = {name: text for name in ("doc_type", "store_id") if (text := values.text(name))}
    return document_key(
        evidence,
        number=number,
        day=f"cast({moment} as date)",
        time=f"strftime({moment}, '%H:%M:%S')" if hour else None,
        person=values.person(),
        parts={name: f"lower({text})" for name, text in parts.items()},
        by_line=mapping.rows == "line",
    )


def _take_similar(found: Assignment) -> None:
    """Take a heading that is only like a known one where nothing hangs on it."""
    for header, meant in list(found.similar.items()):
        if meant.field in _SIMILAR_IS_ENOUGH and meant.field not in found.fields:
            found.fields[meant.field] = header
            found.scores[header] = meant.score
            del found.similar[header]


def _drop_what_is_no_word(found: Assignment, evidence: Evidence) -> None:
    """Leave out a column called status or kind that holds something else, as names or numbers."""
    for name in ("status", "doc_type"):
        header = found.fields.get(name)
        if header and evidence.column(header).distinct > 40:
            del found.fields[name]
            found.unused.append(header)
    register = found.fields.get("register")
    if register and not 1 <= evidence.column(register).distinct <= _MOST_REGISTERS:
        del found.fields["register"]
        found.unused.append(register)


def _plain_columns(found: Assignment, table: str) -> dict[str, Source]:
    """Return the fields that stand in one column each."""
    known = input_tables()[table].fields
    columns: dict[str, Source] = {name: found.fields[name] for name in known if name in found.fields}
    if table == "customers" and "first_name" in columns and "last_name" not in columns:
        # A single “Nome” is the whole name.
        columns.setdefault("name", columns.pop("first_name"))
    return columns


def _order_columns(found: Assignment, rows: Rows, evidence: Evidence) -> dict[str, Source]:
    """Return the columns of orders, and of their lines where a row is one."""
    fields = found.fields
    columns = _plain_columns(found, "orders")
    columns["order_date"] = _date(found, evidence)
    _name(fields, columns)
    if "order_id" in fields:
        parts = tuple(fields[name] for name in ("register", "series") if name in fields)
        if parts:
            columns["order_id"] = Joined((*parts, fields["order_id"]), "-")
    is_gross = rows.amount_field == "gross_amount" and rows.amount in evidence.headers
    if "refunded_amount" in fields and is_gross:
        back = evidence.column(fields["refunded_amount"])
        if back.numbers.is_number:
            columns["gross_amount"] = f"{column(rows.amount)} - {column(fields['refunded_amount'])}"
    if rows.amount_field not in columns or rows.amount != fields.get(rows.amount_field):
        columns[rows.amount_field] = rows.amount
    if rows.kind == "line":
        lines = input_tables()["order_lines"].fields
        for name in lines:
            if name in fields and name not in columns and name not in ("net_amount", "cost"):
                columns[name] = fields[name]
    return columns


def _date(found: Assignment, evidence: Evidence) -> Source:
    """Return the date, with the hour where that stands in a column of its own."""
    day, hour = found.fields["order_date"], found.fields.get("time")
    if hour is None or evidence.column(day).dates.has_time:
        return day
    return Joined((day, hour)) if evidence.column(hour).dates.time_format else day


def _name(fields: dict[str, str], columns: dict[str, Source]) -> None:
    """Put together a name that stands in two columns."""
    if "customer_name" in columns:
        return
    first, last = fields.get("first_name"), fields.get("last_name")
    if first and last:
        columns["customer_name"] = Joined((first, last))
    elif first or last:
        columns["customer_name"] = str(first or last)


def _status(found: Assignment, evidence: Evidence) -> Status | None:
    header = found.fields.get("status")
    if header is None:
        return None
    words = status_words(evidence.column(header))
    return Status(header, words) if words else None


def _documents(found: Assignment, evidence: Evidence) -> DocumentWords | None:
    header = found.fields.get("doc_type")
    if header is None:
        return None
    words = document_words(evidence.column(header))
    return DocumentWords(header, words) if words else None


def proposed_columns(evidence: Evidence, mapping: Mapping, found: Assignment | None) -> list[ProposedColumn]:
    """Return every column of the file with what it is taken for, in the file's order."""
    taken: dict[str, str] = {}
    for name, value in mapping.columns.items():
        headers = value.columns if isinstance(value, Joined) else (value,) if isinstance(value, str) else ()
        for header in evidence.headers:
            if header in headers or any(f"`{header}`" in text or header in text.split() for text in headers):
                taken.setdefault(header, name)
    for section in (mapping.status, mapping.documents):
        if section:
            taken.setdefault(section.column, "status" if section is mapping.status else "doc_type")
    scores = found.scores if found else {}
    return [
        ProposedColumn(
            header,
            taken.get(header),
            scores.get(header, 1.0 if header in taken else 0.0),
            evidence.column(header).samples,
        )
        for header in evidence.headers
    ]
