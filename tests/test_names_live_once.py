"""A name of the core is imported from the file that makes it, not from another that took it from there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from test_import_circles import ROOT, modules

CORE = ("clientela.loyalty", "clientela.exchange", "clientela.warehouse", "clientela.settings")


def made_in(tree: ast.Module) -> set[str]:
    """Return the names that a module makes at its top, under conditions too; what it imports is not made."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def handed_on(tree: ast.Module, known: dict[str, set[str]]) -> list[str]:
    """Return the names that a module imports from a file that does not make them."""
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in known
        for alias in node.names
        if alias.name not in known[node.module] and f"{node.module}.{alias.name}" not in known
    ]


def test_every_name_of_the_core_is_imported_from_where_it_is_made() -> None:
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in modules(ROOT, "clientela").items()}
    known = {name: made_in(tree) for name, tree in trees.items() if name.startswith(CORE)}
    assert len(known) > 150
    for path in Path(__file__).parent.rglob("*.py"):
        trees[str(path.relative_to(ROOT))] = ast.parse(path.read_text("utf-8"))
    wrong = {name: said for name, tree in trees.items() if (said := handed_on(tree, known))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("from shop.till import Sale", []),
        ("from shop.counter import Sale", ["shop.counter.Sale"]),
        ("def sell():\n    from shop.counter import Sale, opened", ["shop.counter.Sale"]),
        ("from shop import till", []),
        ("from elsewhere import Sale", []),
    ],
)
def test_a_name_that_is_handed_on_is_found_wherever_it_is_imported(said: str, expected: list[str]) -> None:
    known = {
        "shop": set[str](),
        "shop.till": {"Sale"},
        "shop.counter": {"opened"},
        "shop.counter.x": set[str](),
    }
    assert handed_on(ast.parse(said), known) == expected
