"""Where every record of a text file stands: about four bytes a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass
class Block:
    """The records that end within one block of the file."""

    start: int
    """Its first byte in the file."""

    first_record: int
    """Number of its first record, from 1."""

    first_line: int
    """Physical line on which that starts, from 1."""

    ends: NDArray[np.uint32]
    """One past the last byte of each record, within the block."""

    lines: NDArray[np.uint32] | None
    """Lines of each record; None where each has one."""

    @property
    def size(self) -> int:
        """Bytes of its records."""
        return int(self.ends[-1]) if len(self.ends) else 0


@dataclass
class Index:
    """The records of a file."""

    path: Path
    start: int
    """First byte of the first record."""

    blocks: list[Block] = field(default_factory=list)
    odd: int = 0
    """Records that the exact splitter read."""

    records: int = 0
    lines: int = 0
    """Physical lines of the records."""

    @property
    def one_line_each(self) -> bool:
        """Whether every record is one physical line."""
        return all(block.lines is None for block in self.blocks)

    def ranges(self, wanted: list[int]) -> Iterator[tuple[int, int, int, int]]:
        """Yield ``(record_no, line, first byte, one past the last)`` of some records, numbers rising."""
        import numpy as np

        at = 0
        for block in self.blocks:
            after = block.first_record + len(block.ends)
            shifts = None
            while at < len(wanted) and wanted[at] < after:
                place = wanted[at] - block.first_record
                first = int(block.ends[place - 1]) if place else 0
                line = block.first_line + place
                if block.lines is not None:
                    shifts = np.cumsum(block.lines, dtype=np.int64) if shifts is None else shifts
                    line = block.first_line + (int(shifts[place - 1]) if place else 0)
                yield wanted[at], line, block.start + first, block.start + int(block.ends[place])
                at += 1
            if at == len(wanted):
                return

    def texts(self, wanted: list[int]) -> Iterator[tuple[int, str]]:
        """Yield ``(record_no, verbatim text)`` of some records, numbers rising."""
        with self.path.open("rb") as file:
            for record_no, _line, start, end in self.ranges(wanted):
                file.seek(start)
                yield record_no, file.read(end - start).decode("utf-8", errors="replace").rstrip("\r\n")

    def line_steps(self) -> Iterator[tuple[int, int]]:
        """Yield ``(record_no, first line)`` of those records after which lines are counted anew."""
        import numpy as np

        for block in self.blocks:
            yield block.first_record, block.first_line
            if block.lines is None:
                continue
            before = np.cumsum(block.lines, dtype=np.int64)
            for place in np.flatnonzero(block.lines[:-1] > 1).tolist():
                yield block.first_record + place + 1, block.first_line + int(before[place])

    def record_at(self, byte: int) -> int:
        """Return the number of the record that holds a byte."""
        import numpy as np

        starts = [block.start for block in self.blocks]
        block = self.blocks[max(0, int(np.searchsorted(starts, byte, side="right")) - 1)]
        return block.first_record + int(np.searchsorted(block.ends, byte - block.start, side="right"))
