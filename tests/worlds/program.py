"""The program run in this process, and what it answers; a process of its own costs a third of a second more.

The fixtures ``run`` and ``start`` are in conftest.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner


@dataclass(frozen=True)
class Answer:
    """What the program said."""

    code: int
    data: bytes
    """Standard output as it came."""

    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.data.decode()

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.data)


Run = Callable[..., Answer]


def arguments(words: tuple[Any, ...], shop: Path | None, lang: str | None) -> list[str]:
    """Return the command line of a call."""
    start = ["--lang", lang] if lang else []
    return [*start, *(["--shop", str(shop)] if shop else []), *map(str, words)]


def answer(
    *words: Any,
    shop: Path | None = None,
    lang: str | None = "en",
    given: str | bytes | None = None,
    **env: str | None,
) -> Answer:
    """Run the program in this process; a traceback fails the test.

    Args:
        words: the command and what follows it.
        shop: what ``--shop`` names.
        lang: what ``--lang`` names.
        given: standard input.
        env: variables that differ from this process's; None takes one away.
    """
    from clientela.cli.main import main

    found = CliRunner().invoke(main, arguments(words, shop, lang), input=given, env=env)
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert "made a mistake" not in found.stderr, found.stderr
    return Answer(found.exit_code, found.stdout_bytes, found.stderr)
