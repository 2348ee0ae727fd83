"""Make the shops of ``tests/shops`` with the code that was in use when such shops were made.

``python -m scripts.old_shops`` makes those that are missing; with a name and a commit it makes that one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scripts import old_shop_files

ROOT: Final = Path(__file__).resolve().parent.parent
TO: Final = ROOT / "tests" / "shops"

COMMITS: Final = {
    "raw-tables": "8bfa784",
    "rhythm-as-table": "7eb618b",
    "first-friends": "a18ddc6",
    "no-receipt-index": "3b42c33",
    "predictions-without-range": "92fd4ee",
    "contacts-as-table": "4bcbdbd",
    "before-people": "778c1bb",
    "contact-keys": "82c3cd7",
    "referral-evidence": "b9fecd3",
    "forgotten": "66feb03",
    "standing-once": "121b07c",
    "documents": "3a1ce8f",
    "month-ends-as-changes": "c9ec705",
    "identity": "dc8343b",
    "listed-cells": "a854a07",
    "gift-cards": "cc792a2",
    "refunds-in-rows": "7c6099c",
}
"""The commit that made each shop: the last one in that state."""

MOST_BYTES: Final = 2_000_000


def make(name: str, commit: str) -> Path:
    """Make one shop with the code of a commit and pack it."""
    with TemporaryDirectory(prefix="clientela-") as scratch:
        folder = Path(scratch)
        code = folder / "code"
        subprocess.run(["git", "worktree", "add", "--detach", "-q", str(code), commit], cwd=ROOT, check=True)
        try:
            (folder / "files").mkdir()
            old_shop_files.write(folder / "files")
            story = Path(__file__).with_name("old_shop_story.py")
            paths = os.pathsep.join(map(str, (code, code / "tests")))
            subprocess.run(
                [sys.executable, str(story), "shop", "files", str(code)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": paths, "LANG": "it_IT.UTF-8"},
                check=True,
            )
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(code)], cwd=ROOT, check=True)
        return _pack(folder, name)


def _pack(folder: Path, name: str) -> Path:
    """Pack the shop and its files, the pages of the reports left out."""
    path = TO / f"{name}.tar.xz"
    with tarfile.open(path, "w:xz", preset=9) as archive:
        for part in ("files", "shop"):
            archive.add(folder / part, part, filter=_kept)
    if path.stat().st_size > MOST_BYTES:
        raise RuntimeError(f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}.")
    return path


def _kept(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what was written for the owner, and who ran this."""
    if entry.name.startswith("shop/reports/"):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> None:
    """Make what is asked for."""
    if len(sys.argv) > 2:
        print(make(sys.argv[1], sys.argv[2]))
        return
    TO.mkdir(exist_ok=True)
    for name, commit in COMMITS.items():
        if not (TO / f"{name}.tar.xz").exists():
            print(make(name, commit))


if __name__ == "__main__":
    main()
