"""What the report's and the cards' templates may not do, whether a test's shop reaches the place or not.

The PDF's structure is made of the elements: a list whose items stand in boxes of their own is no list to a
screen reader, nor is one that a style sheet draws as something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import tinycss2

TEMPLATES = Path(__file__).parent.parent / "templates"
PAPER = [*sorted((TEMPLATES / "report").glob("*.html")), *sorted((TEMPLATES / "cards").glob("*.html"))]
SHEETS = [
    path
    for path in (*sorted((TEMPLATES / "report").glob("*.css")), TEMPLATES / "cards" / "cards.css")
    if path.name != "screen.css"
]
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
LISTS = {"ul", "ol", "dl"}
ITEMS = {"li", "dt", "dd"}
IN_TABLES = {"table", "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "th", "td"}
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl"},
    "dd": {"dl"},
    "caption": {"table"},
    "colgroup": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd"},
    "table": {"caption", "colgroup", "thead", "tbody"},
    "colgroup": {"col"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
}
SCOPES = {"thead": "col", "tbody": "row"}
ROOT = ""
"""Stands above a template: a macro may hold a cell alone, which its caller puts into a row."""


class Markup(HTMLParser):
    """Collects what is out of place in a template, every branch of it, and the classes that lists bear."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.faults: list[str] = []
        self.bearers: set[str] = set()
        self.open = [ROOT]
        plain = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.S)
        self.feed(re.sub(r"\{\{.*?\}\}", "x", plain, flags=re.S))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, parent = dict(attrs), self.open[-1]
        if parent not in PARENTS.get(tag, {parent}) | {ROOT} or tag not in CHILDREN.get(parent, {tag}):
            self.fault(f"<{tag}> in <{parent}>")
        within = next((each for each in reversed(self.open) if each in SCOPES), None)
        if tag == "th" and given.get("scope") != (SCOPES[within] if within else given.get("scope", "")):
            self.fault(f"<th> in <{within}> names no {SCOPES.get(within or '', '')}")
        if tag in ("img", "svg") and not (given.get("alt") or given.get("role") == "img"):
            self.fault(f"<{tag}> without words")
        if tag == "a" and not given.get("href"):
            self.fault("<a> without an address")
        if tag in LISTS | ITEMS | IN_TABLES:
            self.bearers |= {tag, *(f".{name}" for name in re.findall(r"[\w-]+", given.get("class") or ""))}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1] != tag:
            self.fault(f"</{tag}> closes <{self.open[-1]}>")
        while len(self.open) > 1 and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] in LISTS:
            self.fault(f"text in <{self.open[-1]}>: {data.strip()[:20]!r}")

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.path.name}, line {self.getpos()[0]}: {text}")


@pytest.mark.parametrize("path", PAPER, ids=lambda path: path.name)
def test_lists_hold_items_and_tables_rows_in_every_branch_of_a_template(path: Path) -> None:
    read = Markup(path)
    assert read.faults == []
    assert read.open == [ROOT]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("<dl><div><dt>a</dt></div></dl>", "<div> in <dl>"),
        ("<ul>{% for x in y %}<p>{{ x }}</p>{% endfor %}</ul>", "<p> in <ul>"),
        ("{% if a %}<div><li>a</li></div>{% endif %}", "<li> in <div>"),
        ("<ul>{{ items }}</ul>", "text in <ul>: 'x'"),
        ("<table><thead><tr><th>a</th></tr></thead></table>", "<th> in <thead> names no col"),
        ("<table><tr><td>a</td></tr></table>", "<tr> in <table>"),
        ('<img src="{{ x }}">', "<img> without words"),
        ("<p><b>a</p>", "</p> closes <b>"),
    ],
)
def test_what_is_out_of_place_is_found(tmp_path: Path, written: str, fault: str) -> None:
    (tmp_path / "page.html").write_text(written)
    assert f"page.html, line 1: {fault}" in Markup(tmp_path / "page.html").faults


def rules(nodes: list[tinycss2.ast.Node]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the selectors of a style sheet for paper with what they declare."""
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media":
            if "screen" not in tinycss2.serialize(node.prelude):
                yield from rules(tinycss2.parse_blocks_contents(node.content, True, True))
        elif node.type == "qualified-rule":
            inner = tinycss2.parse_blocks_contents(node.content, True, True)
            declared = {
                each.lower_name: tinycss2.serialize(each.value).strip()
                for each in inner
                if each.type == "declaration"
            }
            for selector in tinycss2.serialize(node.prelude).split(","):
                yield selector.strip(), declared


def undone(css: str, bearers: set[str]) -> list[str]:
    """Return the rules that draw a part of a list or table as something else or add something to it.

    Args:
        css: the style sheet.
        bearers: the tags of lists and tables, and the classes that some of them bear.
    """
    found = []
    for selector, declared in rules(tinycss2.parse_stylesheet(css, True, True)):
        last, _, generated = re.split(r"[ >+~]+", selector)[-1].partition("::")
        named = set(re.findall(r"\.?[\w-]+", re.sub(r":[\w-]+(\([^)]*\))?", "", last)))
        tags = {name for name in named if not name.startswith(".")}
        if not (tags & bearers or (not tags and named & bearers)):
            continue
        if ("content" in declared) if generated else (declared.get("display", "block") != "block"):
            found.append(selector)
    return found


def test_no_style_sheet_for_paper_undoes_a_list_or_a_table() -> None:
    bearers = set().union(*(Markup(path).bearers for path in PAPER))
    assert {"dl", "dt", ".meanings", "tr", ".calls"} <= bearers
    assert {path.name: undone(path.read_text("utf-8"), bearers) for path in SHEETS} == {
        path.name: [] for path in SHEETS
    }


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ('.questions dl::after { content: ""; clear: both }', [".questions dl::after"]),
        ("@media print { .calls { display: flex } }", [".calls"]),
        ("@media screen { dl { display: grid } }", []),
        ("a li.x { display: inline-block }", ["a li.x"]),
        ("td > .who, p { display: inline }", []),
        ("tr:first-child, .y { display: block }", []),
        ("tr:nth-child(2) { display: none }", ["tr:nth-child(2)"]),
    ],
)
def test_a_list_undone_is_found(css: str, found: list[str]) -> None:
    assert undone(css, {"dl", "li", "tr", ".calls"}) == found


def test_the_margins_of_a_page_hold_nothing_but_its_footer() -> None:
    """``templates/structure.py`` tells a screen reader that what they print is a footer."""
    places = re.findall(
        r"@(?:top|left|right|bottom)[\w-]*", "".join(path.read_text("utf-8") for path in SHEETS)
    )
    assert places == ["@bottom-left", "@bottom-right"]
