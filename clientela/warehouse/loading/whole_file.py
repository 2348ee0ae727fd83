"""Load a file with everything that is inside it: each part by itself, each with its own account."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from clientela.errors import ClientelaError, MappingError, UnreadableFileError
from clientela.warehouse.importers.documents import parted
from clientela.warehouse.interrupts import interruptible
from clientela.warehouse.loading.failures import in_words
from clientela.warehouse.loading.how import How, asked
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.part import Left
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.pipeline import load_part
from clientela.warehouse.loading.result import LoadResult

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class LoadedFile:
    """What came of a file; filled in as its parts are loaded."""

    parts: int = 1
    """How many there are inside."""

    results: list[LoadResult] = field(default_factory=list)
    """One for each part that was loaded."""

    left: tuple[Left, ...] = ()
    """What inside it is not read."""

    refusals: list[ClientelaError] = field(default_factory=list)
    """Why parts were refused; the others are loaded all the same."""

    @property
    def has_findings(self) -> bool:
        """Whether something in it waits for the owner."""
        return any(left.is_fault for left in self.left) or any(
            (result.records.quarantined or result.questions) and not result.already_loaded
            for result in self.results
        )

    @property
    def is_waiting(self) -> bool:
        """Whether a part was not loaded because an answer is missing."""
        return any(result.is_waiting for result in self.results)


def load_whole_file(db: DuckDBPyConnection, path: Path, loaded: LoadedFile, **how: Unpack[How]) -> None:
    """Load every part of a file, each by itself; what a part is refused for does not hold up the others.

    Args:
        db: the shop's database, no transaction open.
        path: the owner's file.
        loaded: what came of it, filled in on the way: also after a stop it holds what was finished.
        how: as ``How`` says.

    Raises:
        UnreadableFileError: if the file cannot be opened, or its only part is refused.
        MappingError: if the mapping or the headers of its only part do not fit.
        WarehouseError: if the database cannot take it.
    """
    with in_words(), interruptible(), scratch_folder() as scratch:
        opened = open_parts(path, scratch, asked(how))
        parts = [one for part in opened.parts for one in parted(part)]
        loaded.left, loaded.parts = opened.left, len(parts)
        for part in parts:
            try:
                result = load_part(db, part, scratch, **how)
                loaded.results.append(result)
                for mapping in result.further:
                    again: How = {**how, "mapping": mapping}
                    loaded.results.append(load_part(db, part, scratch, **again))
            except (UnreadableFileError, MappingError) as error:
                if len(parts) == 1:
                    raise
                loaded.refusals.append(error)
