"""Data and words: what the report is built on and what it means by what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.charts.day_strip import Day, day_strip
from clientela.reports.pages.data_and_words import say
from clientela.reports.section import Edition, Figure, Section, read_rows
from clientela.terms import category_name, word_for
from clientela.warehouse.health import gaps_in

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Batch:
    """One file that was loaded."""

    batch_id: int
    loaded_at: datetime
    table_name: str
    file_name: str
    records_in: int
    merged: int
    unchanged: int
    corrected: int
    set_aside: int
    quarantined: int

    @property
    def table(self) -> str:
        """What it holds, in words."""
        return word_for(say.TABLE, self.table_name)


@dataclass(frozen=True)
class Refused:
    """Records left out for one reason."""

    table_name: str
    disposition: str
    code: str
    records: int
    money: Decimal | None

    @property
    def reason(self) -> str:
        """The reason in words."""
        return word_for(say.FAULT, self.code)

    @property
    def table(self) -> str:
        """What they are, in words."""
        return word_for(say.TABLE, self.table_name)


@dataclass(frozen=True)
class Restated:
    """A former month's figure that has changed."""

    as_of: date
    category: str
    people_before: int
    people_after: int
    reason: str

    @property
    def name(self) -> str:
        """The category in words."""
        return category_name(self.category)

    @property
    def cause(self) -> str:
        """Why it changed, in words."""
        return _(say.RESTATED[self.reason]) if self.reason in say.RESTATED else self.reason


@dataclass(frozen=True)
class DataAndWords:
    """The page."""

    heading: str
    strip: Markup | None
    strip_title: str
    batches: list[Batch]
    refused: list[Refused]
    restated: list[Restated]
    checks: list[tuple[str, Figure]]
    method: list[str]
    words: list[tuple[str, str]]
    charts: list[tuple[str, str]]


def read(db: DuckDBPyConnection, _edition: Edition) -> DataAndWords:
    """Read the page."""
    days = read_rows(db, "select day, receipts, is_closed from marts.receipts_by_day order by day", Day)
    gaps = gaps_in([(day.on, day.receipts, day.is_closed) for day in days])
    title = say.gap_finding(gaps) if days else ""
    return DataAndWords(
        heading=_heading(db),
        strip=day_strip(days, f"{_('Receipts per day')}: {title}", gaps) if days else None,
        strip_title=title,
        batches=_batches(db),
        refused=_refused(db),
        restated=_restated(db),
        checks=_checks(db),
        method=_method(db),
        words=say.words(),
        charts=say.reading_charts(),
    )


def _heading(db: DuckDBPyConnection) -> str:
    [(read_in, refused)] = db.execute(
        "select coalesce(sum(records_in), 0), coalesce(sum(quarantined), 0) from marts.batches"
    ).fetchall()
    return say.heading(int(read_in), int(refused))


def _method(db: DuckDBPyConnection) -> list[str]:
    query = """
        select mean_gap_days, late_cut, lost_cut, floor_days, ceiling_days, first_repeat_days,
            first_repeat_source, returns_observed, fan_share
        from marts.shop_rhythm
        """
    return [sentence for shop in read_rows(db, query, say.ShopRhythm) for sentence in say.method(shop)]


def _batches(db: DuckDBPyConnection) -> list[Batch]:
    """Read the newest files."""
    query = """
        select batch_id, loaded_at, table_name, file_name, records_in, merged, unchanged,
            corrected, set_aside, quarantined
        from marts.batches order by batch_id desc limit 8
        """
    return read_rows(db, query, Batch)


def _refused(db: DuckDBPyConnection) -> list[Refused]:
    """Read why records were left out, the most frequent reason first."""
    query = """
        select table_name, disposition, code, records, money
        from marts.refused_reasons order by records desc, table_name, code, disposition limit 8
        """
    return read_rows(db, query, Refused)


def _restated(db: DuckDBPyConnection) -> list[Restated]:
    """Read the former figures that changed, the newest month first."""
    query = """
        select as_of, category, people_before, people_after, reason
        from marts.restatements order by as_of desc, category limit 8
        """
    return read_rows(db, query, Restated)


def _checks(db: DuckDBPyConnection) -> list[tuple[str, Figure]]:
    """Read what the data checks counted, in the glossary's order."""
    values = dict(db.execute("select check_name, value from marts.data_checks").fetchall())
    return [
        (_(text), Figure(f"check.{name}", values[name], "count"))
        for name, text in say.CHECKS.items()
        if name in values
    ]


section = Section(title=lazy("Data and words"), position=100, read=read)
