"""What a load did: every record and every euro of the file, each in exactly one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from clientela.warehouse.loading.mapping.questions import Question
    from clientela.warehouse.loading.proposing.choosing import Understanding

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

    currency: str | None = None
    """ISO code of the money: the file's own, several joined with +; None where the file does not say."""

    notes: tuple[str, ...] = ()
    """What the owner should know of how the file was read, one sentence each."""

    understood: Understanding | None = None
    """How the file was read and what it leaves open; None where it had been loaded before."""

    is_waiting: bool = False
    """Whether nothing was loaded because an answer is missing: the counts are those of a preview."""

    def as_json(self) -> dict[str, object]:
        """Return the object that ``load --format json`` prints; money as strings with two decimals."""
        return {
            "batch": self.batch_id,
            "source": self.source,
            "records": self.records.as_dict(),
            "money": {word: str(value.quantize(CENT)) for word, value in self.money.as_dict().items()},
            "reasons": [{"code": reason.code, "records": reason.records} for reason in self.reasons],
            "questions": [asked.as_json() for asked in self.questions],
        }

    @property
    def questions(self) -> list[Question]:
        """What nobody has answered."""
        return self.understood.unanswered if self.understood else []
