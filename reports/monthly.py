"""The monthly report: one HTML page, one PDF, and the lists beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.month import Month
from clientela.reports.document import Document, document, section_sheets
from clientela.reports.lists import PersonList, unwritable, write_lists
from clientela.reports.section import Edition, Figure, Page, Section, Shop, figures_in, mounted
from clientela.templates.filters import day
from clientela.templates.pdf import Enclosure, NoPdfError, render

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERS = "numeri.json"


@dataclass(frozen=True)
class ReportRead:
    """All that a report says, read: nothing of the shop's file is needed to draw it."""

    report: Document
    numbers: bytes
    stem: Path
    """The files' place, without the end of their names."""


@dataclass(frozen=True)
class Written:
    """What was written, and where."""

    html: Path
    pdf: Path | None
    sha256: dict[str, str]
    """Of ``html`` and, where there is one, ``pdf``."""

    csv: list[Path]
    pdf_reason: str | None
    """Why there is no PDF and what to install; None where there is one or none was asked for."""


def write(
    db: DuckDBPyConnection,
    month: Month,
    *,
    shop: Shop,
    language: str,
    to: Path,
    pdf: bool = True,
    stale_warning: date | None = None,
    parameters_hash: str = "",
) -> Written:
    """Read the report and draw it while the shop's file is open; see ``read`` and ``draw``."""
    found = read(
        db,
        month,
        shop=shop,
        language=language,
        to=to,
        stale_warning=stale_warning,
        parameters_hash=parameters_hash,
    )
    return draw(found, pdf=pdf)


def read(
    db: DuckDBPyConnection,
    month: Month,
    *,
    shop: Shop,
    language: str,
    to: Path,
    stale_warning: date | None = None,
    parameters_hash: str = "",
) -> ReportRead:
    """Read the report of the month that the marts stand at, and write its lists.

    Args:
        db: connection whose current catalog holds finished marts.
        month: the month of the report; names the files.
        shop: whose report it is.
        language: ``it`` or ``en``.
        to: folder, made where it is missing.
        stale_warning: the newest sale's day, to be said on the first page where it is long ago.
        parameters_hash: of the settings behind the marts; enters the build id.

    Raises:
        ClientelaError: where the folder cannot be written.
    """
    with speaking(language):
        try:
            to.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(to) from error
        as_of = _date_of(db, month)
        edition = Edition(shop, month, language, stale_warning)
        pages = [(section, section.read(db, edition)) for section in mounted()]
        lists = write_lists(db, to)
        numbers = numbers_json(edition, as_of, pages)
        build_id = _hash(numbers, parameters_hash.encode(), *(kept.enclosed for kept in lists))[:12]
        report = Document(edition, as_of, tuple(pages), tuple(lists), build_id)
        return ReportRead(report, numbers, to / f"clientela-{month}")


def draw(found: ReportRead, *, pdf: bool = True) -> Written:
    """Write the page and, where it is wanted and possible, its PDF.

    The engine's memory and the drawing library's need not be held at once: close the shop's file before.

    Raises:
        ClientelaError: where the folder cannot be written.
    """
    with speaking(found.report.edition.language):
        return _write_files(found.report, found.numbers, found.stem, with_pdf=pdf)


def _date_of(db: DuckDBPyConnection, month: Month) -> date:
    """Return the day that the marts stand at, which must be in the report's month."""
    rows = db.execute("select as_of from marts.report_date").fetchall()
    if not rows:
        raise WarehouseError(
            _("There is no finished month yet."), _("Load your sales with: clientela load FILE.")
        )
    as_of: date = rows[0][0]
    if Month.of(as_of) != month:
        raise WarehouseError(
            _("The numbers stand at {day}, not in {month}.").format(day=day(as_of), month=month),
            _("Ask for that month with: clientela report --month {month}.").format(month=month),
        )
    return as_of


def _write_files(report: Document, numbers: bytes, stem: Path, *, with_pdf: bool) -> Written:
    """Write the page and, where it is wanted and possible, its PDF."""
    html = document(report, medium="screen").encode()
    html_path = _place(stem.with_name(stem.name + ".html"), html)
    sha256 = {"html": _hash(html)}
    pdf_path, reason = None, None
    if with_pdf:
        try:
            drawn = _draw(report, numbers)
        except NoPdfError:
            reason = _(
                "No PDF: the system library Pango is missing. "
                "On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
                "on macOS: brew install pango; "
                "on Windows: install MSYS2, then pacman -S mingw-w64-x86_64-pango. "
                "Or open the page and print it."
            )
        else:
            pdf_path = _place(stem.with_name(stem.name + ".pdf"), drawn)
            sha256["pdf"] = _hash(drawn)
    return Written(html_path, pdf_path, sha256, [kept.path for kept in report.lists], reason)


def _draw(report: Document, numbers: bytes) -> bytes:
    """Return the PDF with the lists and the numbers inside."""
    enclosures = [*map(_enclosure, report.lists), Enclosure(NUMBERS, numbers, _("The numbers of the report"))]
    sheets = [(report.assets / name).read_text("utf-8") for name in ("base.css", "print.css")]
    sheets += section_sheets(report.assets)
    return render(document(report, medium="pdf"), sheets, enclosures, report.as_of)


def _enclosure(kept: PersonList) -> Enclosure:
    """Return a list as it travels inside the PDF."""
    return Enclosure(kept.path.name, kept.enclosed, _("List: {name}").format(name=kept.path.stem))


def numbers_json(edition: Edition, as_of: date, pages: list[tuple[Section, Page]]) -> bytes:
    """Return every figure of the report by its stable name."""
    figures: dict[str, Any] = {}
    for _section, page in pages:
        for figure in figures_in(page):
            figures[figure.metric] = _plain(figure)
    told = {
        "as_of": as_of.isoformat(),
        "month": str(edition.month),
        "shop": edition.shop.name,
        "figures": figures,
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _plain(figure: Figure) -> dict[str, Any]:
    """Return a figure for JSON: money as text with two decimals."""
    value = figure.value
    if figure.unit == "eur" and value is not None:
        told: object = f"{Decimal(str(value)):.2f}"
    else:
        told = float(value) if isinstance(value, Decimal) else value
    return {"value": told, "unit": figure.unit, "n": figure.n, "reason": figure.reason}


def _place(path: Path, content: bytes) -> Path:
    """Write a file beside its place, then move it there: a reader sees the whole file or none."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise unwritable(path) from error
    return path


def _hash(*parts: bytes) -> str:
    """Return the SHA-256 of the parts one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
