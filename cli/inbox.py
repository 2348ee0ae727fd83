"""``load`` without a file: everything new in the shop's inbox."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.cli.narration import say
from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.whole_file import LoadedFile

WAITS_FOR_ITS_DAY = "future_date"


class InboxLoad:
    """What the inbox holds, and what a load takes of it."""

    def __init__(self, settings: Settings, today: date) -> None:
        """Look into the folder.

        Raises:
            UnreadableFileError: if the shop has none.
        """
        from clientela.warehouse import inbox

        self._today, self._marks, self._known = today, dict[Path, str](), 0
        if not inbox.has_inbox(settings.folder):
            raise UnreadableFileError(
                _("There is no file to load, and no folder {folder}.").format(
                    folder=settings.folder / inbox.FOLDER
                ),
                _("Name a file: clientela load FILE. Or make the folder and put your files into it."),
            )
        found = inbox.look_into(settings.folder)
        self.files = found.files
        for skipped in found.skipped:
            say(_("{file} is left in the inbox: {why}.").format(file=skipped.name, why=skipped.why))

    def is_known(self, db: DuckDBPyConnection, path: Path) -> bool:
        """Tell whether a file was taken before, under whatever name."""
        from clientela.warehouse import inbox

        try:
            self._marks[path] = inbox.mark_of(path)
        except OSError:
            # What cannot be read is loaded like any file, and says why.
            return False
        known = inbox.was_taken(db, self._marks[path])
        self._known += known
        return known

    def remember(self, db: DuckDBPyConnection, path: Path, loaded: LoadedFile) -> None:
        """Note a file that was taken; one with an open question or a day to come is looked at again."""
        from clientela.warehouse import inbox

        waits = any(reason.code == WAITS_FOR_ITS_DAY for each in loaded.results for reason in each.reasons)
        if path in self._marks and not waits and not loaded.is_waiting:
            inbox.note(db, self._marks[path], path.name, self._today)

    def say_end(self, *, has_loaded: bool) -> None:
        """Say what was known already, or that there is nothing."""
        if self._known:
            say(
                ngettext(
                    "{count} file in the inbox was loaded before.",
                    "{count} files in the inbox were loaded before.",
                    self._known,
                ).format(count=self._known)
            )
        elif not has_loaded:
            say(_("The inbox is empty: put your files into it, as they are."))
