"""Every page of the report has the same shape, so that whoever knows one finds the way in all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from clientela.reports.section import mounted
from scripts.catalogues import ROOT, said_in

REPORTS = ROOT / "reports"
PAGES = REPORTS / "pages"
TEMPLATES = ROOT / "templates" / "report"
NAMES = sorted(folder.name for folder in PAGES.iterdir() if (folder / "__init__.py").exists())
FILES = sorted(REPORTS.rglob("*.py"))

USUAL = {"__init__", "page", "say", "figures", "pictures"}
OF_ITS_OWN = {
    "customer_worth": {"answers"},  # the owner's four questions, which the first page prints, too
    "fans_and_friends": {"fans", "friends"},  # figures of two kinds of people, too long for one file
    "one_minute": {"findings"},  # rules that compete for three sentences
    "seven_categories": {"lists"},  # which facts stand beside a name, list by list
    "were_we_right": {"grade"},  # how the letter comes about, with its formula
}
"""Files that a page has besides the usual ones, each for a reason."""

MAY_ASK = {
    "page": {"say", "figures", "pictures", "answers", "fans", "friends", "findings", "lists", "grade"},
    "pictures": {"say", "figures", "fans", "friends", "grade"},
    "say": {"figures", "fans", "friends", "grade"},
    "answers": {"say", "figures"},
    "grade": {"figures"},
    "findings": {"figures"},
}
"""Which file of a page may import which other one of it; the others none."""


def names_of(folder: Path) -> set[str]:
    """Return the names of a page's files."""
    return {path.stem for path in folder.glob("*.py")}


def asked(path: Path) -> set[str]:
    """Return the files of the same page that a file imports, wherever in it."""
    page = f"clientela.reports.pages.{path.parent.name}"
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == page:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{page}."):
            found.add(str(node.module).removeprefix(f"{page}."))
    return found


def test_every_page_is_mounted_and_drawn_by_the_template_of_its_name() -> None:
    drawn = {path.stem for path in TEMPLATES.glob("*.html")} - {"document", "parts"}
    assert len(NAMES) >= 9
    assert sorted(section.name for section in mounted()) == NAMES == sorted(drawn)
    assert {path.stem for path in TEMPLATES.glob("*.css")} - set(NAMES) == {"base", "print", "screen"}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_the_usual_files_and_few_others(name: str) -> None:
    found = names_of(PAGES / name)
    assert {"__init__", "page"} <= found
    assert found - USUAL == OF_ITS_OWN.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_downwards_only(name: str) -> None:
    for path in (PAGES / name).glob("*.py"):
        assert asked(path) <= MAY_ASK.get(path.stem, set()), path.name


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_says_stands_with_its_sentences(name: str) -> None:
    said = list(said_in(PAGES / name / "page.py"))
    assert 1 <= len(said) <= 5, "the title, and little more: the sentences stand in say.py"


def test_a_thing_is_called_by_its_own_name() -> None:
    renamed = [
        f"{path.relative_to(ROOT)}: {alias.name} as {alias.asname}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.asname not in (None, "_")
    ]
    assert renamed == []


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    long = []
    for path in FILES:
        text = path.read_text("utf-8")
        if (lines := len(text.splitlines())) > 250:
            long.append((path.name, lines))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [(f"{path.name}: {node.name}", lines)] if lines > 40 else []
    assert long == []
