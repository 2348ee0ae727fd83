"""What a second look at a sheet finds: cells that the reader leaves blank or takes for a number."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class SecondLook:
    """What was found in one sheet."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    """Row from 1, column from 0: the text of an error, or ``NO_VALUE``."""

    hidden_rows: int = 0

    @property
    def height(self) -> int:
        """The last row with such a cell."""
        return max(self.cells, default=0)
