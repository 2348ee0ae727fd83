"""A test is skipped only for what a machine cannot have, and says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LACKING = (
    "needs Chromium",
    "is not installed",
    "is too large to keep",
    "this system lets nobody mount a small disk",
    "this user may write everywhere",
    "this system sets no such limits",
    "a visitor of this machine would come from the proxy's own address",
    "building needs setuptools 77 or newer in this environment",
    "no history here: this is no clone, or a shallow one",
    "zxingcpp",
)
"""Pieces of the reasons: programs, wheels, rights and the one large file that a machine may not have."""

SKIPPING = {"skip", "skipif", "importorskip"}


def reasons(source: str) -> Iterator[str]:
    """Yield the reason of every skip: the words in the call that skips, or where there are none the call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SKIPPING:
            texts = [
                each.value
                for each in ast.walk(node)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            yield " ".join(texts) or ast.unparse(node)


def unexplained(source: str) -> list[str]:
    return [reason for reason in reasons(source) if not any(piece in reason for piece in LACKING)]


def test_nothing_is_skipped_but_for_what_a_machine_lacks() -> None:
    found = {
        path.name: unexplained(path.read_text("utf-8"))
        for path in sorted(TESTS.rglob("*.py"))
        if path != Path(__file__)
    }
    assert {name: reasons for name, reasons in found.items() if reasons} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('pytest.skip("later")', ["later"]),
        ("pytest.skip(WAITING[case])", ["pytest.skip(WAITING[case])"]),
        ('x = pytest.mark.skipif(not DATA.is_dir(), reason="no folder")', ["no folder"]),
        ('pytest.skip(f"{name} is not installed; install it")', []),
        ('pytest.importorskip("zxingcpp")', []),
    ],
)
def test_a_skip_without_a_lack_is_found(source: str, found: list[str]) -> None:
    assert unexplained(source) == found
