"""The links that were looked up lately, so that most friends are sent on without asking the store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from clientela.loyalty.links import links
from clientela.loyalty.store.errors import StoreUnavailableError

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.store.interface import Store

BELIEVED_S: Final = 0.75
"""Seconds for which a link found is not looked up again; a disabled one is dead within a second."""

MOST_LINKS: Final = 10_000
"""Links held in memory."""


class HeldLinks:
    """The links looked up lately; coherent with every process that writes, to within ``BELIEVED_S``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, tuple[Link, float]] = {}

    def knows(self, code: str) -> bool:
        """Tell whether a code was a link's when it was looked up last."""
        return code in self._held

    def find(self, code: str) -> Link | None:
        """Return a link by its code; None if there is none, or none that works.

        While the store gives no answer, what was held last counts however old it is: a friend is not turned
        away for a fault of ours.

        Raises:
            StoreUnavailableError: if the store gives no answer and the code was not held.
        """
        held = self._held.get(code)
        asked_at = time.monotonic()
        if held is not None and asked_at < held[1]:
            return held[0]
        try:
            with self._store.read() as db:
                link = links.find(db, code)
        except StoreUnavailableError:
            if held is None:
                raise
            return held[0]
        if link is None:
            self._held.pop(code, None)
        else:
            if len(self._held) >= MOST_LINKS:
                self._held.clear()
            self._held[code] = (link, asked_at + BELIEVED_S)
        return link
