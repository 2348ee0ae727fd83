"""The seven categories and the other words that everyone uses."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

CATEGORIES: Final = ("potential", "prospect", "lost", "referral", "buyer", "customer", "fan")
"""The seven exclusive categories, in the order in which they are always shown."""

ACTIVE: Final = ("buyer", "customer", "fan")
"""Those who have bought and are not lost."""

OUTSIDE: Final = "outside"
"""The eighth row of a movement table: new, merged or excluded people."""

TRADES: Final = {
    "bar": 30,
    "food": 45,
    "restaurant": 90,
    "beauty": 90,
    "clothing": 180,
    "ecommerce": 180,
    "shop": 180,
    "artisan": 365,
    "professional": 365,
    "durable": 730,
}
"""Days within which a second purchase is expected where the shop's own history cannot tell."""


class ExitCode(IntEnum):
    """What a command says to the shell."""

    DONE = 0
    FINDINGS = 1
    REFUSED = 2
