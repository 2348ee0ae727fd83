"""What computing may take of the machine: the table ``[engine]`` of ``clientela.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from clientela.i18n import lazy as N_

LEAST: Final = 256 * 10**6
"""Bytes below which the engine cannot sort a small shop."""

UNKNOWN: Final = 3 * 10**9
"""Bytes where the machine does not say how much memory it has."""

_SHARE: Final = re.compile(r"([1-9]\d?) ?%")
_AMOUNT: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?([KMGT])(i?)B", re.IGNORECASE)
_POWERS: Final = {"K": 1, "M": 2, "G": 3, "T": 4}


@dataclass(frozen=True)
class Engine:
    """How much of the machine the computing may use; no number depends on it."""

    memory: str = field(
        default="50%",
        metadata={"comment": N_("memory for computing: a share of the computer's, or an amount, as 2 GB")},
    )
    threads: int = field(
        default=0,
        metadata={
            "comment": N_("cores that compute; 0: one for a small shop, else all"),
            "low": 0,
            "high": 512,
        },
    )


STANDARD: Final = Engine()
"""What holds where no settings are read."""


def is_memory(value: Any) -> bool:
    """Tell whether a text is a part of the memory, 1 % to 90 %, or an amount that is enough."""
    text = str(value).strip()
    share = _SHARE.fullmatch(text)
    if share:
        return int(share.group(1)) <= 90
    amount = _amount(text)
    return amount is not None and amount >= LEAST


def _amount(text: str) -> int | None:
    """Return the bytes of an amount such as 2 GB or 1.5 GiB, None where it is none."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.upper()])


def memory_limit(memory: str, machine: int | None) -> int:
    """Return the bytes that the engine may use.

    Args:
        memory: the setting, which ``is_memory``.
        machine: bytes that the machine or its container has; None where it does not say.
    """
    text = memory.strip()
    share = _SHARE.fullmatch(text)
    if not share:
        return _amount(text) or UNKNOWN
    return UNKNOWN if machine is None else max(machine * int(share.group(1)) // 100, LEAST)
