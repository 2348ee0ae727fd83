"""List the commits at which a model of staging or marts changed from table to view or back.

``python -m scripts.mart_kinds``: each wants a shop in ``tests/shops``, made with the commit before it.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

FOLDERS: Final = ("warehouse/models", "clientela/warehouse/models")
"""Where the models lay, and lie."""

STORED: Final = re.compile(r"^\s*stored:\s*(\w+)", re.M)
HEADER: Final = re.compile(r"^/\*(.*?)\*/", re.S)


def git(*words: str) -> str:
    """Ask git."""
    found = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return found.stdout


@cache
def stored_as(blob: str) -> str:
    """Return what the header of a model says, nothing where it says nothing."""
    header = HEADER.match(git("cat-file", "blob", blob))
    said = STORED.search(header.group(1)) if header else None
    return said.group(1) if said else ""


def kinds_at(commit: str) -> dict[str, str]:
    """Return view or table for each model at a commit."""
    found = {}
    for line in git("ls-tree", "-r", commit, *FOLDERS).splitlines():
        details, name = line.split("\t")
        path = PurePosixPath(name)
        layer = path.parent.name
        if path.suffix == ".sql" and layer in ("staging", "steps", "marts"):
            kind = stored_as(details.split()[2]) or ("view" if layer == "staging" else "table")
            found[f"{layer}.{path.stem}"] = "view" if kind == "view" else "table"
    return found


def changes() -> list[tuple[str, dict[str, str]]]:
    """Return commits, oldest first, with the models whose kind they changed and what they are since."""
    found = []
    former: dict[str, str] = {}
    for commit in git("rev-list", "--reverse", "HEAD").split():
        kinds = kinds_at(commit)
        changed = {name: kind for name, kind in kinds.items() if former.get(name, kind) != kind}
        if changed:
            found.append((commit, changed))
        former = kinds
    return found


def main() -> None:
    """Print them."""
    for commit, changed in changes():
        told = ", ".join(f"{name} is a {kind}" for name, kind in sorted(changed.items()))
        print(f"{commit[:7]} {git('log', '-1', '--format=%s', commit).strip()}: {told}")


if __name__ == "__main__":
    main()
