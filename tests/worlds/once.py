"""What is dear to make is made once in a run of the tests, whichever of its workers comes first, and copied.

Each worker takes a copy: that costs some hundredths of a second, the fictional shop ten or twenty whole ones.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DONE = ".made"
"""The file beside a folder that says that it is whole; a worker may have been killed half-way."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder of the run that all its workers may read and none may write to.

    Args:
        factory: pytest's.
        name: of the folder, the same in every worker.
        make: makes the folder; called by the first who asks, while the others wait.
    """
    of_the_run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_the_run = of_the_run.parent
    folder, done = of_the_run / f"once-{name}" / name, of_the_run / f"once-{name}{DONE}"
    with (of_the_run / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.parent.mkdir()
            make(folder)
            done.touch()
    return folder


def copy_of(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return this worker's own copy of such a folder."""
    return Path(shutil.copytree(made_once(factory, name, make), factory.mktemp(name) / name, symlinks=True))
