"""What may happen to the files of a referral store while its server runs, and a shop to which it happens."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from clientela.referral_server.running import backup
from tests.worlds.loyalty_world import World, open_world

STORE = "referral.sqlite"


@contextlib.contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """Open a shop with two members in a folder, made if it is missing."""
    folder.mkdir(exist_ok=True)
    with open_world(folder) as found:
        yield found


def removed(folder: Path) -> None:
    (folder / STORE).unlink()


def removed_with_its_log(folder: Path) -> None:
    for file in folder.glob(f"{STORE}*"):
        file.unlink()


def log_removed(folder: Path) -> None:
    (folder / f"{STORE}-wal").unlink()


def shared_file_removed(folder: Path) -> None:
    (folder / f"{STORE}-shm").unlink()


def folder_moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def folder_removed(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    (folder / STORE).write_bytes(b"")


def replaced_by_an_empty_one(folder: Path) -> None:
    removed_with_its_log(folder)
    (folder / STORE).touch()


def replaced_by_an_older_copy(folder: Path) -> None:
    shutil.copy(folder.parent / "copy.sqlite", folder / "new")
    (folder / "new").replace(folder / STORE)


def overwritten_by_an_older_copy(folder: Path) -> None:
    shutil.copy(folder.parent / "copy.sqlite", folder / STORE)


def replaced_by_another_shops(folder: Path) -> None:
    other = folder.parent / "other"
    with a_world(other) as elsewhere:
        elsewhere.link()
    (other / STORE).replace(folder / STORE)


def overwritten_by_another_shops(folder: Path) -> None:
    other = folder.parent / "other"
    with a_world(other) as elsewhere:
        elsewhere.link()
    shutil.copy(other / STORE, folder / STORE)


GONE: list[Callable[[Path], None]] = [
    removed,
    removed_with_its_log,
    log_removed,
    shared_file_removed,
    folder_moved,
    folder_removed,
    emptied,
    replaced_by_an_empty_one,
    replaced_by_an_older_copy,
    overwritten_by_an_older_copy,
    replaced_by_another_shops,
]


def copied(folder: Path) -> None:
    """Make a copy of the store beside the shop's folder, in the way that a running server allows."""
    backup.backup(folder / STORE, folder.parent / "copy.sqlite")
