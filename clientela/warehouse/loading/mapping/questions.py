"""What a file leaves open: asked once, each with what follows from every answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MOST_QUESTIONS: Final = 5
"""Asked of one source at its first load; what does not fit takes its safe default."""


@dataclass(frozen=True)
class Choice:
    """One answer."""

    value: str
    """The word on the command line and in JSON."""

    text: str
    """What follows from it, one sentence in the language in use."""

    settings: dict[str, object]
    """What it writes into the mapping: dotted keys, as ``key.name``, to TOML values."""


@dataclass(frozen=True)
class Question:
    """One thing that the file does not say."""

    code: str
    """What it is about, one word for all files: ``number_format``, ``date_order``, ``status_words`` …"""

    column: str | None
    text: str
    """One sentence in the language in use."""

    choices: tuple[Choice, ...]
    default: str
    """The value of the safe choice: rows are set aside or people kept apart, never guessed."""

    samples: tuple[str, ...] = ()
    """A few cells of the file, as they stand there."""

    rows: int = 0
    """How many records hang on the answer."""

    money: Decimal = Decimal(0)
    """And how much money, as the file says it."""

    def as_json(self) -> dict[str, object]:
        """Return the object of ``load --format json``."""
        return {
            "code": self.code,
            "column": self.column,
            "choices": [choice.value for choice in self.choices],
            "default": self.default,
            "rows": self.rows,
            "money": f"{self.money:.2f}",
        }


def ranked(questions: list[Question]) -> list[Question]:
    """Order questions by the money that they move, then by rows."""
    return sorted(
        questions, key=lambda asked: (-abs(asked.money), -asked.rows, asked.code, asked.column or "")
    )
