"""What a command says while it works: on standard error, short, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from clientela.cli.options import is_quiet

Progress = Callable[[str, float], None]


def say(text: str) -> None:
    """Narrate one line, unless silence was asked for."""
    if not is_quiet():
        click.echo(text, err=True)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show a progress bar on a terminal; stay silent elsewhere.

    Yields:
        A function told what is being done and which share is behind, 0 to 1.
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    with click.progressbar(
        length=1000,
        label=label[:24],
        width=20,
        file=sys.stderr,
        show_eta=False,
        item_show_func=lambda what: what or "",
    ) as bar:

        def tell(what: str, share: float) -> None:
            bar.update(max(0, int(share * 1000) - bar.pos), what)

        yield tell
        bar.update(1000 - bar.pos, "")
