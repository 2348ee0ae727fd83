"""The monthly report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import write_json
from clientela.cli.session import say_if_stale
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError, WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.month import Month
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.reports.monthly import ReportRead


@click.command(cls=TranslatedCommand)
@click.option("--month", type=options.MonthType(), help=N_("The month. [default: the latest closed one]"))
@click.option(
    "--to",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("The folder to write to."),
)
@click.option("--no-pdf", is_flag=True, help=N_("Write the page only."))
@click.option("--format", "output_format", type=click.Choice(["table", "json"]), default="table")
@options.shop
def command(
    month: Month | None,
    to: Path | None,
    no_pdf: bool,
    output_format: str,
    shop: Path | None,
) -> None:
    """Write the month's report: one page for the browser, one PDF, and the lists as CSV files.

    Every earlier month end without a snapshot is computed and kept on the way. The report speaks the
    language of --lang, else the shop's.

    Example:
        clientela report
        clientela report --month 2025-03 --lang en --to reports/march
    """
    settings = options.settings(shop)
    speech = options.asked_language() or settings.shop.language
    written = write_report(settings, month, speech, to, with_pdf=not no_pdf)
    if output_format == "json":
        write_json(written)
        return
    click.echo(written["html"])
    if written["pdf"]:
        click.echo(written["pdf"])


def write_report(
    settings: Settings, month: Month | None, language: str, to: Path | None, *, with_pdf: bool
) -> dict[str, Any]:
    """Bring snapshots and marts up to date and write the report.

    Returns:
        The ``report`` object of the command line contract.

    Raises:
        ClientelaError: if the month is not closed or has no data.
    """
    from clientela.reports.monthly import draw
    from clientela.reports.written import expire
    from clientela.templates.filters import month_name

    today = options.today(settings)
    if_stopped(step_by_step())
    found, as_of = _found(settings, month, today, language, to or settings.folder / settings.paths.reports)
    # Drawing needs no file: others may open it, and the engine's memory is free.
    with progress(_("Report")):
        written = draw(found, pdf=with_pdf)
    expire(settings, today)
    if written.pdf_reason:
        say(written.pdf_reason)
    say(_("Report for {month} written.").format(month=month_name(as_of)))
    return {
        "month": str(Month.of(as_of)),
        "lang": language,
        "html": str(written.html),
        "pdf": str(written.pdf) if written.pdf else None,
        "sha256": {"html": written.sha256["html"], "pdf": written.sha256.get("pdf")},
    }


def _found(
    settings: Settings, month: Month | None, today: date, language: str, folder: Path
) -> tuple[ReportRead, date]:
    """Bring snapshots and marts up to date; return what the report says, and its date."""
    from clientela.warehouse.building import build, kept_builds
    from clientela.warehouse.connection import open_shop

    with open_shop(settings.database, engine=settings.engine) as db:
        if kept_builds.last_batch(db) == 0:
            raise WarehouseError(
                _("No sales have been loaded yet."), _("Load a sales file first: clientela load FILE")
            )
        calendar = build.read_calendar(db)
        latest = calendar.default_as_of(settings, today)
        as_of = _checked(month, latest, calendar.first_order_on, today)
        stale = None if month else say_if_stale(calendar.last_order_on, today)
        keep_month_ends(db, settings, latest, as_of)
        if as_of == latest:
            build.build_marts(db, settings, latest)
            _keep_card(db, settings, as_of)
            build.build_marts(db, settings, latest)
            return _read(db, settings, as_of, language, folder, stale), as_of
        return _of_the_past(db, settings, as_of, language, folder, stale, today), as_of


def _of_the_past(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    language: str,
    folder: Path,
    stale: date | None,
    today: date,
) -> ReportRead:
    """Return what the report of an earlier month says; the marts in the file stay those of the latest."""
    from clientela.warehouse.building import build
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.building.refresh import PREDICTED, refresh

    with build.in_memory(db):
        build.build(db, settings, as_of)
        _keep_card(db, settings, as_of, is_latest=False)
        refresh(db, PREDICTED)
        found = _read(db, settings, as_of, language, folder, stale)
    # What was written down on the way makes the marts in the file old.
    bring_to_latest_month(db, settings, today)
    return found


def keep_month_ends(db: DuckDBPyConnection, settings: Settings, latest: date, until: date) -> None:
    """Build what the month ends are made of, and keep every one that has no snapshot yet."""
    from clientela.warehouse.building.build import build_marts
    from clientela.warehouse.history.carrying import TARGETS
    from clientela.warehouse.history.snapshots import write_snapshots

    made_at = datetime.now(UTC).replace(tzinfo=None)
    with progress(_("Month ends")) as tell:
        build_marts(db, settings, latest, targets=TARGETS)
        made = write_snapshots(db, settings, until, made_at=made_at, progress=tell)
    if made:
        say(
            ngettext("{count} month end kept.", "{count} month ends kept.", len(made)).format(count=len(made))
        )


def _keep_card(db: DuckDBPyConnection, settings: Settings, as_of: date, *, is_latest: bool = True) -> None:
    """Grade past predictions and write the new ones down; divide the call list where that is asked for."""
    from clientela.warehouse.predictions.call_trials import keep_comparison
    from clientela.warehouse.predictions.foretold import stored_set
    from clientela.warehouse.predictions.report_card.kept_grades import keep_report_card

    is_new = stored_set(db, as_of) is None
    made_at = datetime.now(UTC).replace(tzinfo=None)
    with progress(_("Predictions")) as tell:
        found = keep_report_card(db, settings, as_of, made_at=made_at, progress=tell)
        if is_latest:
            keep_comparison(db, settings, as_of)
    if found and is_new:
        say(
            ngettext(
                "Predictions for {count} customer written down, SHA-256 {sha256}.",
                "Predictions for {count} customers written down, SHA-256 {sha256}.",
                found.people,
            ).format(count=found.people, sha256=found.sha256)
        )


def _checked(month: Month | None, latest: date, first: date | None, today: date) -> date:
    """Return the report's date, or say why there is no such report."""
    from clientela.templates.filters import day

    if month is None:
        if first is not None and latest < first:
            raise ClientelaError(
                _("No month with sales has closed yet: the first sale is of {day}.").format(day=day(first)),
                _("The first report can be made when {month} is over.").format(month=Month.of(first)),
            )
        return latest
    if month.last_day >= today:
        raise ClientelaError(
            _("{month} has not ended yet.").format(month=month),
            _("The latest month that can be reported is {month}.").format(month=Month.of(latest)),
        )
    if first is not None and month.last_day < first:
        raise ClientelaError(
            _("There are no sales up to {month}.").format(month=month),
            _("The first month that can be reported is {month}.").format(month=Month.of(first)),
        )
    return month.last_day


def _read(
    db: DuckDBPyConnection, settings: Settings, as_of: date, language: str, folder: Path, stale: date | None
) -> ReportRead:
    from clientela.reports.monthly import read
    from clientela.reports.section import Shop

    shop = Shop(settings.shop.name, settings.shop.currency, language, settings.categories.trade)
    with progress(_("Report")):
        return read(
            db,
            Month.of(as_of),
            shop=shop,
            language=language,
            to=folder,
            stale_warning=stale,
            parameters_hash=settings.categories.as_json()["hash"],
        )
