"""Copies of the store: which there are, the last day of each, and the end of those whose day has passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings

FOLDER: Final = "backups"
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Copy:
    """A copy of the store."""

    path: Path
    made_on: date
    last_on: date
    """The day at whose end it goes."""

    is_ours: bool
    """It lies where copies are put without a name, so we take it away; others are the owner's."""


def of_shop(settings: Settings) -> list[Copy]:
    """Return the copies that are there, oldest first: backups, former stores, those made under a name."""
    store, days = settings.referral_store, timedelta(settings.retention.backups_days)
    found = {
        path.resolve(): Copy(path, made_on, made_on + days, is_ours=True)
        for path in [
            *(settings.folder / FOLDER).glob("*.sqlite"),
            *store.parent.glob(f"{store.stem}.before-*{store.suffix}"),
        ]
        if (made_on := _day_of(path)) is not None
    }
    for path, at in _noted(store):
        made_on = datetime.fromtimestamp(at / 1000, UTC).date()
        found.setdefault(path.resolve(), Copy(path, made_on, made_on + days, is_ours=False))
    return sorted(found.values(), key=lambda copy: (copy.made_on, str(copy.path)))


def _day_of(path: Path) -> date | None:
    """Return the day in a copy's name, else that of the file; None where it is gone meanwhile."""
    if match := _DATED.search(path.name):
        try:
            return date.fromisoformat(match.group())
        except ValueError:
            pass
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError:
        return None


def _noted(store: Path) -> list[tuple[Path, int]]:
    """Return the copies made under a name of the owner's; on a stick they may be anywhere by now."""
    import contextlib
    import sqlite3

    found: list[tuple[Path, int]] = []
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as db,
    ):
        found = [(Path(path), at) for path, at in db.execute("select path, made_at from copies")]
    return found


def note(store: Path, target: Path, at: int) -> None:
    """Remember a copy made under a name of the owner's."""
    from clientela.loyalty.store.opening import open_existing

    opened = open_existing(store)
    try:
        opened.write(
            lambda db: db.run(
                """
                insert into copies (path, made_at) values (:path, :at)
                on conflict (path) do update set made_at = excluded.made_at
                """,
                path=str(target.resolve()),
                at=at,
            )
        )
    finally:
        opened.close()


def expire(settings: Settings, today: date) -> list[Path]:
    """Take away our copies whose last day has passed, but for the newest while no younger one is there.

    Returns:
        What was taken away.
    """
    ours = [copy for copy in of_shop(settings) if copy.is_ours]
    past = [copy for copy in ours if copy.last_on < today]
    backups = [copy for copy in ours if copy.path.parent == settings.folder / FOLDER]
    if backups and all(copy in past for copy in backups):
        past.remove(backups[-1])
    for copy in past:
        for name in ("", "-wal", "-shm"):
            copy.path.with_name(copy.path.name + name).unlink(missing_ok=True)
    return [copy.path for copy in past]
