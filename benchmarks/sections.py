"""The parts of ``docs/benchmarks.md`` that are measured one by one: each is replaced alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Final

COMMANDS: Final = "## Commands from a cold start"
MODEL: Final = "## The model"
SERVER: Final = "## The referral server"
ORDER: Final = (COMMANDS, MODEL, SERVER)
"""Headings of the parts, in the order in which they end the page."""


def kept(page: Path) -> str:
    """Return the parts as they stand in a page, empty if there is none."""
    return "".join(f"\n{made.rstrip()}\n" for made in _parts(page).values())


def put(page: Path, heading: str, made: str) -> None:
    """Write a part into a page, in place of the former one."""
    parts = _parts(page) | {heading: made}
    text = _before(page) or "# Benchmarks\n"
    ending = "".join(f"\n{parts[each].rstrip()}\n" for each in ORDER if each in parts)
    page.write_text(f"{text.rstrip()}\n{ending}", encoding="utf-8")


def _places(text: str) -> list[int]:
    return sorted(at for heading in ORDER if (at := text.find(f"\n{heading}\n")) >= 0)


def _parts(page: Path) -> dict[str, str]:
    """Return each part that a page has, by its heading."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    places = _places(text)
    found = [text[a:b].strip() for a, b in pairwise([*places, len(text)])]
    return {part.split("\n", 1)[0]: part for part in found}


def _before(page: Path) -> str:
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    places = _places(text)
    return text[: places[0]] if places else text
