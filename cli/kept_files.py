"""Files that may still name somebody who was forgotten: those that go by themselves, and the owner's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings

SUFFIXES: Final = (".pdf", ".csv", ".xlsx", ".html", ".json", ".sqlite", ".duckdb")
"""What we write or copy: cards, lists, pages, answers, stores. A name says nothing of what stands inside."""


@dataclass(frozen=True)
class KeptFile:
    """A file that was there before the erasure."""

    path: Path
    until: date | None
    """The day at whose end it may go; None where nobody but the owner takes it away."""


def of_shop(settings: Settings) -> list[KeptFile]:
    """Return copies and reports with their last day, then whatever else in the folder may name people."""
    from clientela.referral_server.running import kept_copies
    from clientela.reports import written

    copies = kept_copies.of_shop(settings)
    found = [KeptFile(each.path, each.last_on) for each in copies if each.is_ours]
    found += [KeptFile(each.path, each.last_on) for each in written.of_shop(settings)]
    found += [KeptFile(each.path, None) for each in copies if not each.is_ours]
    known = {each.path.resolve() for each in found} | _mended(settings)
    found += [KeptFile(path, None) for path in _in_folder(settings.folder) if path.resolve() not in known]
    return found


def _mended(settings: Settings) -> set[Path]:
    """Return the files out of which an erasure takes the person."""
    from clientela.cli import demo_pages

    live = (settings.database, settings.referral_store, *demo_pages.paths(settings))
    return {path.resolve() for path in live}


def _in_folder(folder: Path) -> Iterator[Path]:
    """Yield the files of our kinds, but for hidden ones and the parcels, which an erasure mends."""
    from clientela.exchange.carried_files import FROM_SERVER, TO_SERVER

    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            is_passed = name.startswith(".") or name in (FROM_SERVER, TO_SERVER)
            if name.lower().endswith(SUFFIXES) and not is_passed:
                yield Path(where, name)
