"""How much memory this machine has, or the container that we run in."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path("/")

_LIMITS: Final = (("sys/fs/cgroup", "memory.max"), ("sys/fs/cgroup/memory", "memory.limit_in_bytes"))
"""Where Linux keeps the limits of its control groups (versions 2 and 1), and the file that tells one."""


def machine_memory(root: Path = ROOT) -> int | None:
    """Return the bytes of memory that there are, the smaller of machine and container; None if nobody says.

    Args:
        root: where the files of the system begin.
    """
    known = [size for size in (_installed(), _allowed(root)) if size]
    return min(known, default=None)


def _installed() -> int | None:
    """Return the bytes of memory built in."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _allowed(root: Path) -> int | None:
    """Return the smallest limit of the control groups that this process is in, None where there is none."""
    found = []
    for folder, name in _LIMITS:
        top = root / folder
        for group in _groups(root):
            found += [_limit(top / place.relative_to("/") / name) for place in (group, *group.parents)]
    return min((size for size in found if size), default=None)


def _groups(root: Path) -> set[PurePosixPath]:
    """Return the control groups of this process, the topmost always among them: a container is at the top."""
    groups = {PurePosixPath("/")}
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return groups
    for line in lines:
        _number, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers in ("", "memory") or "memory" in controllers.split(","):
            place = PurePosixPath(path)
            if place.is_absolute() and ".." not in place.parts:
                groups.add(place)
    return groups


def _limit(path: Path) -> int | None:
    """Read one limit; ``max``, an absurd number or no file is none."""
    try:
        size = int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return size if 0 < size < 2**60 else None
