"""What the program answers, as the tests read it; the fixtures that run it are in conftest.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
