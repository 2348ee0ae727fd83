"""What every importer of tables says about its source, and how one is found."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final

from clientela.warehouse.importers.derived import folded
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.questions import Question

ENOUGH: Final = 0.8
"""Share of an importer's headers that a file must have, in any order."""


@dataclass(frozen=True)
class Importer:
    """A known export whose rows are a table."""

    name: str
    """The module's name; ``importer`` in a mapping."""

    title: str
    """What owners call it, as ``Shopify (orders)``."""

    headers: tuple[str, ...]
    """The columns that make it known; case and order do not matter."""

    mapping: Callable[[Sequence[str]], Mapping]
    """Writes the mapping for the columns that the file really has."""

    questions: Callable[[Sequence[str]], list[Question]] | None = None
    """What this source always leaves open; None: nothing."""

    needed: tuple[str, ...] = ()
    """Columns without which it is never this source."""

    columns: dict[str, str] = field(default_factory=dict)
    """Columns that are worked out (``derived.py``): name to SQL."""

    proof: str | None = None
    """SQL that must be true of all records, where the headers alone are too common."""

    also: Callable[[Sequence[str]], list[Mapping]] | None = None
    """Mappings by which the same file is read again, into other tables; None: none."""

    notes: Callable[[], list[str]] | None = None
    """What the owner should know of this export, sentences in the language in use; None: nothing."""

    languages: tuple[dict[str, str], ...] = ()
    """The same columns in other languages: header of ours to theirs."""

    def likeness(self, headers: Sequence[str]) -> float:
        """Return which share of its columns a file has, 0 where one that is needed is missing."""
        return max(
            self._likeness(headers, {}), *(self._likeness(headers, said) for said in self.languages), 0.0
        )

    def _likeness(self, headers: Sequence[str], said: dict[str, str]) -> float:
        found = {folded(header) for header in headers}
        if not all(folded(said.get(header, header)) in found for header in self.needed):
            return 0.0
        return sum(folded(said.get(header, header)) in found for header in self.headers) / len(self.headers)


@cache
def importers() -> dict[str, Importer]:
    """Return every importer of tables by its name."""
    import clientela.warehouse.importers as folder

    modules = (
        import_module(f"{folder.__name__}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)
    )
    known = (getattr(module, "IMPORTER", None) for module in modules)
    return {importer.name: importer for importer in known if isinstance(importer, Importer)}


def recognised(headers: Sequence[str]) -> Importer | None:
    """Return the importer that knows the most of its columns in a file; None where none knows enough."""
    scored = [(found.likeness(headers), len(found.headers), found.name) for found in importers().values()]
    best = max(scored, default=(0.0, 0, ""))
    return importers()[best[2]] if best[0] >= ENOUGH else None
