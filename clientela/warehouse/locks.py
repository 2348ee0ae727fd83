"""Wait for the shop's file while another program has it open, and say which one that is.

DuckDB lets many read a file at once, or one write it; whoever comes in between is refused at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SIGNS: Final = ("could not set lock", "conflicting lock", "being used by another process", "already open")
"""What DuckDB says, in lower case, of a file that somebody else has open."""

PAUSE_S: Final = 0.1
"""Between two attempts."""

_HOLDER: Final = re.compile(r"lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


@dataclass(frozen=True)
class Patience:
    """How long to wait for the file."""

    seconds: Callable[[], float]
    """Asked when a file is opened: the number may stand behind the command's own words."""

    tell: Callable[[str], None]
    """Told once, when the wait begins."""


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: Callable[[], float], tell: Callable[[str], None]) -> Iterator[None]:
    """Wait up to so many seconds for a file that is opened inside the block."""
    token = _patience.set(Patience(seconds, tell))
    try:
        yield
    finally:
        _patience.reset(token)


def attach(
    db: DuckDBPyConnection,
    path: Path,
    name: str,
    *,
    read_only: bool = False,
    size_if_new: int | None = None,
) -> None:
    """Attach the shop's file, waiting while somebody else has it.

    Args:
        db: an engine.
        path: the file.
        name: of the catalogue.
        read_only: whether the file is only read.
        size_if_new: bytes of a block, should there be no file yet.

    Raises:
        WarehouseError: if it is still open elsewhere when the patience ends; says in which program.
    """
    import duckdb

    given = _patience.get() or Patience(lambda: 0, lambda _text: None)
    seconds = given.seconds()
    until = time.monotonic() + seconds
    has_told = False
    while True:
        try:
            is_held = _try(db, path, name, read_only=read_only, size_if_new=size_if_new)
        except duckdb.Error as error:
            if not is_lock(error):
                raise
            left = until - time.monotonic()
            if left <= 0:
                raise _refusal(path, error) from error
            if not has_told:
                has_told = True
                given.tell(
                    _("{who} Waiting up to {seconds} s for it.").format(
                        who=_open_elsewhere(path, error), seconds=f"{seconds:g}"
                    )
                )
            time.sleep(min(PAUSE_S, left))
        else:
            if is_held:
                return


def _try(db: DuckDBPyConnection, path: Path, name: str, *, read_only: bool, size_if_new: int | None) -> bool:
    """Attach the file once; return whether what is attached is the file that bears the name now.

    Another program may make the file, or put a new one in its place, between our looking for it and our lock.
    """
    import duckdb

    before = _identity(path)
    options = ["read_only"] if read_only else []
    if size_if_new is not None and before is None:
        options.append(f"block_size {size_if_new}")
    escaped = str(path).replace("'", "''")
    words = f" ({', '.join(options)})" if options else ""
    try:
        db.execute(f"attach '{escaped}' as {name}{words}")
    except duckdb.InvalidInputException:
        if before is None and _identity(path) is not None:
            return False
        raise
    if before in (None, _identity(path)):
        return True
    db.execute(f"detach {name}")
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what names the file itself, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_lock(error: BaseException) -> bool:
    """Tell whether a failure means that somebody else has the file."""
    text = str(error).lower()
    return any(sign in text for sign in SIGNS)


def _refusal(path: Path, error: Exception) -> WarehouseError:
    return WarehouseError(
        _open_elsewhere(path, error),
        _("Close it there, or wait until it has ended: clientela --wait 60 … waits for a minute."),
    )


def _open_elsewhere(path: Path, error: Exception) -> str:
    """Say who has the file, as far as DuckDB and the system know."""
    found = _HOLDER.search(str(error))
    if not found:
        return _("{file} is open in another program.").format(file=path.name)
    pid = int(found["pid"])
    return _("{file} is open in another program: {program}, process {pid}.").format(
        file=path.name, program=_program(pid) or Path(found["program"]).name, pid=pid
    )


def _program(pid: int) -> str | None:
    """Return the name of a running program; for Python that of what it runs. None where that is not known."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    name = Path(words[0]).name
    if not name.startswith("python"):
        return name or None
    for place, word in enumerate(words[1:], start=1):
        if word == "-m" and place + 1 < len(words):
            return words[place + 1].partition(".")[0]
        if word and not word.startswith("-"):
            # The value of -W or -X looks like a script; it is none.
            if words[place - 1] not in ("-W", "-X"):
                return Path(word).stem
        elif word == "-c":
            return name
    return name
