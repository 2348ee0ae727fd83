"""The other side of the exchange: what may be asked of it, and what goes there and comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from clientela.loyalty.json_forms import MAX_ROWS

if TYPE_CHECKING:
    from clientela.forgotten import Erasure
    from clientela.loyalty.claims.outcomes import SaleOutcome
    from clientela.loyalty.people.consents import ConsentEntry
    from clientela.loyalty.people.person import Invited, NewMember

OUTCOMES: Final = 250
"""Outcomes of one call: the server's writer serves no click while it works them in."""

PAGE: Final = 1000
"""Events fetched and loaded at once."""


@dataclass(frozen=True)
class EventPage:
    """Some of what happened, oldest first."""

    events: list[dict[str, Any]]

    next: str
    """The cursor from which the next page begins."""

    more: bool
    """Whether there is a next page already."""


@dataclass(frozen=True)
class Push:
    """Members to bring, and who of them is closed or gone."""

    members: Sequence[NewMember] = ()

    statuses: dict[str, str] = field(default_factory=dict)
    """paused or erased by customer_id; all others are active."""

    consents: Sequence[ConsentEntry] = ()
    """What friends said in the shop, each named by the contact that the server knows."""

    renew: bool = False
    """Give everybody a new address for the fan's page."""

    def status(self, row: NewMember) -> str:
        """Return what the server is to hold of a member."""
        return self.statuses.get(row.customer_id, "active")


@dataclass(frozen=True)
class Pushed:
    """What became of the outcomes."""

    changed: int = 0
    unchanged: int = 0
    unknown: int = 0

    waiting: bool = False
    """Whether a file must be carried before anything happens."""

    def __add__(self, other: Pushed) -> Pushed:
        return Pushed(
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.unknown + other.unknown,
            self.waiting or other.waiting,
        )


class OtherSide(Protocol):
    """Whoever holds links, friends and rewards."""

    @property
    def name(self) -> str:
        """What the cursor is kept under: another side begins from the beginning."""
        ...

    def push_members(self, push: Push) -> list[Invited]:
        """Bring members; return their links, those of erased ones left out."""
        ...

    def fetch_events(self, since: str) -> EventPage:
        """Return what happened since a cursor, the empty one for everything."""
        ...

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Say what the sales files know of the claims."""
        ...

    def push_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Say whom the shop has forgotten."""
        ...


def batches(rows: Sequence[Any], size: int = MAX_ROWS) -> Iterator[Sequence[Any]]:
    """Cut rows into calls."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
