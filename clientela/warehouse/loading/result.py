"""What a load did: every record and every euro of the file, each in exactly one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from clientela.warehouse.loading.mapping.questions import Question
    from clientela.warehouse.loading.proposing.choosing import Understanding

from clientela.warehouse.loading.mapping.mapping import Mapping

Amount = TypeVar("Amount", int, Decimal)

CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Accounts(Generic[Amount]):
    """One quantity of the file, split by what became of it; ``in_`` is the sum of the other five."""

    in_: Amount
    merged: Amount
    """New rows."""

    unchanged: Amount
    """Already there with the same content."""

    corrected: Amount
    """Rows that were there with another content, which is kept."""

    set_aside: Amount
    """Not data: blank lines, totals, rows that the mapping leaves out."""

    quarantined: Amount
    """Data that cannot be used until somebody corrects it."""

    @property
    def balances(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.in_ == self.written + self.unchanged + self.set_aside + self.quarantined

    @property
    def written(self) -> Amount:
        """What changed the tables: new and corrected rows."""
        return self.merged + self.corrected

    def as_dict(self) -> dict[str, Amount]:
        """Return the six amounts under the words of the command line contract."""
        return {
            "in": self.in_,
            "merged": self.merged,
            "unchanged": self.unchanged,
            "corrected": self.corrected,
            "set_aside": self.set_aside,
            "quarantined": self.quarantined,
        }


@dataclass(frozen=True)
class Reason:
    """Why some records were not merged."""

    code: str
    disposition: str
    """``set_aside`` or ``quarantined``."""

    records: int
    money: Decimal
    example_line: int
    """Line of the file (row of the sheet) where the first of them stands, from 1."""

    advice: str
    """What the owner can do, one sentence in the language in use."""


@dataclass(frozen=True)
class Finding:
    """Cells that mean nothing though their rows count: no key, a date that cannot be."""

    code: str
    column: str
    cells: int
    example_line: int
    """Line of the file where the first of them stands, from 1."""

    example: str | None
    """What stands there."""

    advice: str
    """What the owner can do, one sentence in the language in use."""


@dataclass(frozen=True)
class LoadResult:
    """The reconciliation of one file."""

    batch_id: int | None
    """None where nothing was written: a preview."""

    source: str
    table: str
    file_name: str
    already_loaded: bool
    records: Accounts[int]
    money: Accounts[Decimal]
    """Euro, by the table's money field; an unreadable amount counts 0."""

    reasons: list[Reason]
    first_event_on: date | None
    last_event_on: date | None
    unreadable_amounts: int

    money_before: Decimal = Decimal(0)
    """What the corrected rows said before."""

    restored: int = 0
    """Rows that stand again, because their number turned out to be several documents'."""

    disappeared: int = 0
    """Rows of the days that the file covers which it no longer brings; they stay."""

    further: tuple[Mapping, ...] = ()
    """Mappings by which the same part holds rows of other tables too."""

    currency: str | None = None
    """ISO code of the money: the file's own, several joined with +; None where the file does not say."""

    notes: tuple[str, ...] = ()
    """What the owner should know of how the file was read, one sentence each."""

    findings: list[Finding] = field(default_factory=list)
    """Cells that are listed though their row stays."""

    foreign: dict[str, Decimal] = field(default_factory=dict)
    """Money of rows set aside because it is not the shop's, by ISO code; it is in no sum of ``money``."""

    asked: list[Question] = field(default_factory=list)
    """What judging the rows has left open; those that hang on it are set aside."""

    understood: Understanding | None = None
    """How the file was read and what it leaves open; None where it had been loaded before."""

    is_waiting: bool = False
    """Whether nothing was loaded because an answer is missing: the counts are those of a preview."""

    def as_json(self) -> dict[str, object]:
        """Return the object that ``load --format json`` prints; money as strings with two decimals."""
        said: dict[str, object] = {
            "batch": self.batch_id,
            "source": self.source,
            "records": self.records.as_dict(),
            "money": {word: str(value.quantize(CENT)) for word, value in self.money.as_dict().items()},
            "reasons": [{"code": reason.code, "records": reason.records} for reason in self.reasons],
            "findings": [
                {"code": found.code, "column": found.column, "cells": found.cells} for found in self.findings
            ],
            "foreign": {code: str(value.quantize(CENT)) for code, value in self.foreign.items()},
            "questions": [question.as_json() for question in self.questions],
        }
        if self.records.corrected:
            said["corrected_before"] = str(self.money_before.quantize(CENT))
        more = {"restored": self.restored, "disappeared": self.disappeared}
        return said | {word: count for word, count in more.items() if count}

    @property
    def questions(self) -> list[Question]:
        """What nobody has answered, each column once."""
        open_ones = self.understood.unanswered if self.understood else []
        known = {(one.code, one.column) for one in open_ones}
        return open_ones + [one for one in self.asked if (one.code, one.column) not in known]
