"""What is so after Ctrl-C: kept up to date as the work goes on, and for a load read from the shop's file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from clientela.cli import options
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.whole_file import LoadedFile

_words: ContextVar[str] = ContextVar("words", default="")


class StoppedError(ClientelaError):
    """The owner pressed Ctrl-C; says what is so."""


def if_stopped(text: str) -> None:
    """Say this if Ctrl-C is pressed from now on; nothing for a command that only reads."""
    _words.set(text)


def words() -> str:
    """Return what to say after Ctrl-C."""
    return _words.get() or _("Stopped; nothing was left half done.")


def step_by_step() -> str:
    """Return the words of a command that keeps every step that it has finished."""
    return _("Stopped. What was finished is kept, the rest is undone; the same command goes on from there.")


def stopped_load(
    db: DuckDBPyConnection, settings: Settings, names: Sequence[str], files: list[LoadedFile], before: int
) -> StoppedError:
    """Say which files of a load are in the shop and whether the marts are computed.

    Args:
        db: the shop's file, as the load left it.
        settings: the shop's.
        names: of all files, in their order.
        files: what came of those that were begun.
        before: the number of the newest load before.
    """
    from clientela.warehouse.building.build import read_calendar
    from clientela.warehouse.building.kept_builds import are_marts_current, last_batch

    with suppress(Exception):
        db.execute("rollback")
    results = [result for file in files for result in file.results]
    new = {result.batch_id for result in results if result.batch_id and result.batch_id > before}
    newest = last_batch(db)
    # Between the commit and the result there is a moment, too.
    just_now = 1 if newest > max(new, default=before) else 0
    done = sum(file.parts <= len(file.results) + len(file.refusals) for file in files[:-1])
    done += sum(file.parts <= len(file.results) + len(file.refusals) + just_now for file in files[-1:])
    if newest == before:
        return StoppedError(_("Stopped; nothing was loaded."))
    loaded, rest = names[:done], names[done:]
    hints = []
    if rest:
        hints.append(_("Yet to be loaded: {files}.").format(files=", ".join(rest)))
    as_of = read_calendar(db).default_as_of(settings, options.today(settings))
    if not are_marts_current(db, settings, as_of):
        hints.append(
            _(
                "The tables are yet to be computed: clientela report does it, or loading a file again; until "
                "then every answer takes a little longer."
            )
        )
    return StoppedError(loaded_of(loaded, len(names)), " ".join(hints))


def loaded_of(loaded: Sequence[str], all_files: int) -> str:
    """Return the words for a load of which these files are in the shop."""
    text = ngettext(
        "Stopped; {count} of {all} file is loaded: {files}.",
        "Stopped; {count} of {all} files are loaded: {files}.",
        all_files,
    )
    return text.format(count=len(loaded), all=all_files, files=", ".join(loaded))
