"""The temporary folder of a load: everything that is unpacked stands in it, and goes with it.

A load that is killed cannot remove its own; the next one does, for nobody holds its lock any more.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

Held = TypeVar("Held")

PREFIX: Final = "clientela-load-"
_LOCK: Final = "lock"

_YOUNG_S: Final = 60
"""Seconds in which a folder may be made and not locked yet."""


class Scratch:
    """A folder of our own, and what is open in it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self._made = 0

    def new(self, ending: str = "") -> Path:
        """Return a name that nothing has yet; it holds only letters and digits of ours."""
        self._made += 1
        return self.folder / f"part{self._made}{ending}"

    def keep_open(self, held: AbstractContextManager[Held]) -> Held:
        """Enter something that stays open as long as the folder."""
        return self._stack.enter_context(held)

    @contextmanager
    def room(self) -> Iterator[Path]:
        """Make a folder for the copies of one part, and remove it after it."""
        folder = self.new()
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def plain_name(self, path: Path) -> Path:
        """Return another name for a file of the owner's: one that no engine takes for a pattern."""
        link = self.new()
        real = path.resolve()
        try:
            link.symlink_to(real)
        except OSError:
            # Where links are not allowed a copy does.
            shutil.copyfile(real, link)
        return link


@contextmanager
def scratch_folder() -> Iterator[Scratch]:
    """Make the folder, and remove it whatever happens."""
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(_hold(folder))
        yield Scratch(folder, stack)


def _hold(folder: Path) -> Callable[[], None]:
    """Lock the folder as long as this process lives; return what lets go."""
    file = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lambda: os.close(file)


def _sweep(where: Path) -> None:
    """Remove what loads that were killed have left."""
    if sys.platform == "win32":
        return
    import fcntl

    for folder in where.glob(f"{PREFIX}*"):
        try:
            made = folder.lstat()
            if made.st_uid != os.getuid() or time.time() - made.st_mtime < _YOUNG_S:
                continue
            file = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        finally:
            os.close(file)
