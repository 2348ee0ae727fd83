"""No two files need each other: each can be read, tested and moved by itself.

import-linter reads which folder may ask which; it does not look for circles of files inside one. Here every
import counts, wherever it stands: at the top, inside a function, under ``if TYPE_CHECKING``.
"""

from __future__ import annotations

import ast
import os
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def modules(root: Path, package: str) -> dict[str, Path]:
    """Return every module of a package by its dotted name, folders behind links included."""
    found = {}
    for folder, _folders, files in os.walk(root / package, followlinks=True):
        for file in files:
            path = Path(folder) / file
            if path.suffix == ".py":
                name = ".".join(path.relative_to(root).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def asked(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules that one module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(name, path, node)
            # ``from folder import file`` needs the file, ``from file import name`` the file before it.
            found |= {each if (each := f"{base}.{alias.name}") in known else base for alias in node.names}
    return {each for each in found if each in known and each != name}


def _absolute(name: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return str(node.module)
    places = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    kept = places[: len(places) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


def circles(root: Path, package: str) -> set[frozenset[str]]:
    """Return the circles of files in a package: one for each knot that has to be untied."""
    known = modules(root, package)
    needs = {name: asked(name, path, known) for name, path in known.items()}
    found: set[frozenset[str]] = set()
    while True:
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            circle = error.args[1]
            found.add(frozenset(circle))
            # The sorter lists who is needed before who needs it.
            needs[circle[1]] = needs[circle[1]] - {circle[0]}
        else:
            return found


def test_no_file_of_the_package_needs_itself_by_way_of_others() -> None:
    assert circles(ROOT, "clientela") == set()


def shelf(root: Path, **files: str) -> None:
    """Write a package ``shelf`` of these files."""
    (root / "shelf").mkdir()
    for name, text in {"__init__": "", **files}.items():
        (root / "shelf" / f"{name}.py").write_text(text, encoding="utf-8")


def test_a_circle_is_found_by_a_type_by_an_import_in_a_function_and_by_dots(tmp_path: Path) -> None:
    shelf(
        tmp_path,
        a="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shelf.b import B\n",
        b="def late():\n    from shelf import c\n",
        c="from . import a\n",
        alone="import shelf.a\nfrom .a import name\n",
    )
    assert circles(tmp_path, "shelf") == {frozenset({"shelf.a", "shelf.b", "shelf.c"})}


def test_a_circle_is_found_between_folders_and_through_a_link(tmp_path: Path) -> None:
    shelf(tmp_path, a="from shelf.room import b\n")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text("")
    (tmp_path / "room" / "b.py").write_text("import shelf.a\n")
    (tmp_path / "room" / "d.py").write_text("from ..room.e import E\nfrom ..a import A\n")
    (tmp_path / "room" / "e.py").write_text("import shelf.room.d\n")
    (tmp_path / "shelf" / "room").symlink_to("../room")
    assert circles(tmp_path, "shelf") == {
        frozenset({"shelf.a", "shelf.room.b"}),
        frozenset({"shelf.room.d", "shelf.room.e"}),
    }


def test_files_in_a_row_are_no_circle_and_neither_is_a_folder_with_its_own(tmp_path: Path) -> None:
    shelf(
        tmp_path,
        a="from shelf.b import B\nfrom shelf import c\n",
        b="from shelf.c import C\nimport os\n",
        c="from shelf import NAME\n",
    )
    assert circles(tmp_path, "shelf") == set()
