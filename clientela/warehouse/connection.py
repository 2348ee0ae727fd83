"""Open a shop's database: one attached DuckDB file, one migration folder, no extension and no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import FULL_SIGNS, WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.engine import STANDARD, Engine, memory_limit
from clientela.warehouse.interrupts import interruptible
from clientela.warehouse.locks import SIGNS, attach
from clientela.warehouse.machine import machine_memory
from clientela.warehouse.older_schema import show_in_todays_schema
from clientela.warehouse.schema import FOREIGN, NEWER, SHOP, migrate, missing
from clientela.warehouse.written_anew import write_anew

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_FAULTS: Final = (
    (
        SIGNS,
        N_("{file} is open in another program."),
        N_("Close it there, or wait until the other clientela command has ended."),
    ),
    (
        ("newer", "version number", "storage version"),
        *NEWER,
    ),
    (
        FULL_SIGNS,
        N_("The disk is full: {file} could not be written."),
        N_("Free some space and run the command again; nothing was left half done."),
    ),
    (
        ("read-only file system", "permission denied", "operation not permitted"),
        N_("You may not write to {file}."),
        N_("Make the shop folder writable, or copy it to a place where you may write."),
    ),
    (
        ("not a valid duckdb", "corrupt", "checksum", "not read enough bytes", "read all data", "deserializ"),
        *FOREIGN,
    ),
)
"""What DuckDB says in lower case, and the sentence and the way out that it stands for; first match wins."""


def known_fault(path: Path, error: BaseException | None) -> WarehouseError | None:
    """Return the sentence for what the disk or another program did to the file, None for anything else."""
    text = str(error).lower()
    for signs, message, hint in _FAULTS:
        if any(sign in text for sign in signs):
            return WarehouseError(_(message).format(file=path.name), _(hint))
    return None


def explain(path: Path, error: Exception) -> WarehouseError:
    """Turn what DuckDB says about a file into one sentence and a way out."""
    return known_fault(path, error) or WarehouseError(
        _("{file} cannot be used: {error}").format(file=path.name, error=str(error).partition("\n")[0]),
        _("Nothing was changed. If it happens again, restore the file from a backup and report it."),
    )


def _configured(engine: Engine) -> DuckDBPyConnection:
    """Return an empty in-memory engine that never reaches for the network."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{memory_limit(engine.memory, machine_memory())}B",
    }
    if engine.threads:
        config["threads"] = engine.threads
    db = duckdb.connect(":memory:", config=config)
    db.execute("set enable_progress_bar = false")
    # A table that is missing is missing: no variable of the program stands in for it.
    db.execute("set python_enable_replacements = false")
    return db


@contextmanager
def open_shop(
    path: Path,
    *,
    read_only: bool = False,
    create: bool = False,
    engine: Engine = STANDARD,
    coming: int = 0,
    moves: bool = True,
) -> Iterator[DuckDBPyConnection]:
    """Open the shop's file as the current catalogue ``shop`` beside an empty ``memory``.

    A file that was written is written anew when it is closed, where somebody was forgotten in it, or where it
    has grown out of its blocks.

    Args:
        path: the DuckDB file.
        read_only: leave the file unchanged; where its schema is older, it is shown in today's from memory.
        create: make the file where it is missing.
        engine: what it may take of the machine.
        coming: how many bytes the files have that are about to be loaded.
        moves: whether the file may be moved to blocks of another size.

    Raises:
        WarehouseError: if the file is missing, open elsewhere, newer, damaged, or cannot be written.
    """
    from clientela.warehouse.erasure import wiping

    _refuse_no_file(path, create=create)
    wiped_into = moved_into = None
    with (
        _explained(path),
        closing(_opened(path, engine, read_only=read_only, coming=coming, moves=moves)) as db,
    ):
        yield db
        if not read_only:
            wiped_into, moved_into = _blocks_anew(db, moves=moves)
    if wiped_into:
        wiping.wipe(_configured(engine), path, wiped_into)
    elif moved_into:
        # The command's work is done: who stops it now is told so, and the next one moves the file.
        with suppress(KeyboardInterrupt):
            _move(engine, path, moved_into)


def _blocks_anew(db: DuckDBPyConnection, *, moves: bool) -> tuple[int | None, int | None]:
    """Return the blocks of the copy that must take the file's place, and of one that had better."""
    from clientela.warehouse import blocks
    from clientela.warehouse.erasure import wiping

    size = blocks.wanted(db) if moves else None
    return (size or blocks.size_of(db)) if wiping.is_needed(db) else None, size


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in a sentence what DuckDB says of a file."""
    import duckdb

    try:
        with interruptible():
            yield
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(
            _("There was not enough memory or disk space for this."),
            _("Free disk space or raise [engine] memory in clientela.toml; nothing was left half done."),
        ) from error
    except duckdb.Error as error:
        raise explain(path, error) from error


def _opened(path: Path, engine: Engine, *, read_only: bool, coming: int, moves: bool) -> DuckDBPyConnection:
    """Return an engine with the file in today's schema, in blocks that what is coming fits into."""
    from clientela.warehouse import blocks

    db = _configured(engine)
    try:
        _attach(db, path, read_only=read_only, coming=coming)
        if read_only:
            if missing(db, path):
                show_in_todays_schema(db, path)
            return db
        migrate(db, path)
        _catch_up(db, path)
        if coming and moves and (size := blocks.wanted(db, coming)) == blocks.LARGE:
            db.close()
            _move(engine, path, size)
            db = _configured(engine)
            _attach(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _catch_up(db: DuckDBPyConnection, path: Path) -> None:
    """Forget whom only the journal beside the file has forgotten, and tell the journal of the others."""
    from clientela.warehouse.erasure import journal

    if unknown := journal.unknown(db, path):
        from clientela.warehouse.erasure import everywhere

        everywhere.adopt(db, unknown)
    journal.write_beside(db, path)


def _move(engine: Engine, path: Path, size: int) -> None:
    """Write a file anew in blocks of another size; where that cannot be done, it is as it was.

    No command fails because the disk is full or somebody has the file just then: the next one that writes
    tries again.
    """
    import duckdb

    try:
        with interruptible():
            write_anew(_configured(engine), path, size)
    except OSError:
        return
    except duckdb.Error as error:
        if not (known_fault(path, error) or isinstance(error, duckdb.OutOfMemoryException)):
            raise explain(path, error) from error


def _refuse_no_file(path: Path, *, create: bool) -> None:
    """Say that there is no file to open, or that it is none."""
    if not create and not path.exists():
        raise WarehouseError(
            _("There is no database yet: {file} is missing.").format(file=path),
            _("Load a sales file first: clientela load FILE"),
        )
    if path.is_dir():
        raise WarehouseError(
            _("{file} is a folder, not a database.").format(file=path),
            _("Move it away, or correct [paths] database in clientela.toml."),
        )


def _attach(db: DuckDBPyConnection, path: Path, *, read_only: bool = False, coming: int = 0) -> None:
    """Make the file the engine's current catalogue."""
    from clientela.warehouse import blocks

    size = None if read_only else blocks.for_files(coming)
    attach(db, path, SHOP, read_only=read_only, size_if_new=size)
    db.execute(f"use {SHOP}")
    db.execute("set temp_directory = ?", [f"{path}.tmp"])
