"""What a command says while it works: on standard error, short, and nothing in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from clientela.cli.options import is_quiet
from clientela.cli.pasting import named_shop, with_shop

Progress = Callable[[str, float], None]

LABEL: Final = 24
"""Columns for what is being done."""

BAR: Final = 20
"""Columns of a bar that has room."""

SHORTEST_BAR: Final = 5
"""Columns under which a bar says nothing."""

STAGE: Final = 16
"""Columns for the stage of a load."""

PERCENT: Final = 6
"""Columns behind the bar: two blanks and ``100%``."""


def say(text: str) -> None:
    """Narrate one line, unless silence was asked for."""
    if not is_quiet():
        click.echo(with_shop(text, named_shop()), err=True)


def say_on_screen(text: str) -> None:
    """Narrate one line to a person who waits; a log has no use for it."""
    if sys.stderr.isatty():
        say(text)


def _columns() -> int:
    """Return how wide the terminal is that the narration goes to."""
    if (given := os.environ.get("COLUMNS", "")).isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _cut(text: str, columns: int) -> str:
    """Return a text in so many columns."""
    return text if len(text) <= columns else text[: max(columns - 1, 0)] + "…"[:columns]


def _fitted(label: str, columns: int) -> tuple[str, int, int]:
    """Return the label, the columns of the bar and those of a stage that fit on one line.

    The last column stays free, for some terminals begin a new line there. What is too narrow for a bar
    keeps the label and the percentage; a stage is shown where there is room beside a whole bar.
    """
    room = max(columns - 1 - PERCENT, 0)
    shown = _cut(label, min(LABEL, room))
    left = room - len(shown) - len("  []")
    if left < SHORTEST_BAR:
        return shown, 0, 0
    return shown, min(BAR, left), min(STAGE, max(left - BAR - len("  "), 0))


@contextmanager
def progress(label: str, *, stages: bool = False) -> Iterator[Progress]:
    """Show one line with a bar on a terminal, however narrow; stay silent elsewhere.

    Args:
        label: what is being done.
        stages: show what the function is told beside the share; where that is the name of a table, it is
            for no reader.

    Yields:
        A function told the stage and which share is behind, 0 to 1.
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    shown, width, room = _fitted(label, _columns())

    def item(what: str | None) -> str:
        return _cut(what or "", room) if stages and room else ""

    with click.progressbar(
        length=1000,
        label=shown,
        width=max(width, 1),
        bar_template="%(label)s  [%(bar)s]  %(info)s" if width else "%(label)s  %(info)s",
        file=sys.stderr,
        show_eta=False,
        show_percent=True,
        item_show_func=item,
    ) as bar:

        def tell(what: str, share: float) -> None:
            bar.update(max(0, int(share * 1000) - bar.pos), what)

        yield tell
        bar.update(1000 - bar.pos, "")
