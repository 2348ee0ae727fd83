"""What the rest of the product may ask of the referral store, whichever database holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from clientela.loyalty.links.clicks import Click

T = TypeVar("T")

Row = Mapping[str, Any]
"""One row of an answer, by column name."""


class Connection(Protocol):
    """One transaction; parameters are ``:name`` in the SQL and a mapping beside it."""

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return every row."""
        ...

    def one(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None."""
        ...

    def run(self, sql: str, **values: Any) -> int:
        """Change rows; return how many."""
        ...

    def add(self, table: str, **values: Any) -> int:
        """Insert one row; return its number.

        Raises:
            AlreadyThereError: if a unique key is taken.
        """
        ...

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for each row."""
        ...

    def leave_no_trace(self) -> None:
        """Say that somebody was forgotten here: after the commit the files may hold nothing of them."""
        ...


class Store(Protocol):
    """The store: many short reads, one writer."""

    def read(self) -> AbstractContextManager[Connection]:
        """Open a read-only transaction of this thread."""
        ...

    def write(self, work: Callable[[Connection], T], timeout: float = 10.0) -> T:
        """Run a function inside a transaction and return its answer after the commit.

        The function may run in another thread and must not touch anything but its connection. What it raises
        is raised here, and nothing it wrote remains.

        Raises:
            StoreUnavailableError: if the database takes no write in time.
        """
        ...

    def record(self, click: Click, timeout: float = 2.0) -> None:
        """Keep a click; return once it is on disk, in the store or in the fallback file.

        Raises:
            ClickLostError: if neither takes it.
        """
        ...

    def require_files(self) -> None:
        """Look whether the store is still what was opened.

        Raises:
            StoreGoneError: if its files are gone or others.
        """
        ...

    def close(self) -> None:
        """Finish what is queued, then close."""
        ...
