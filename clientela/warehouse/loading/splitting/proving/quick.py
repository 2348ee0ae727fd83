"""The quick way through a text file: prove what every reader must see, look at the rest one by one.

While no quote stands where a quote may not stand, the parity of the quotes is the state of the exact
splitter (by induction over the quotes), and every line end outside quotes ends a record. From the first
quote out of place on nothing is believed before the exact splitter has read that record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from clientela.warehouse.loading.opening.limits import BLOCK
from clientela.warehouse.loading.splitting import records as exact
from clientela.warehouse.loading.splitting.proving.index import Block, Index
from clientela.warehouse.loading.splitting.proving.masks import Counted, Masks, places
from clientela.warehouse.loading.splitting.records import Line, Record
from clientela.warehouse.loading.splitting.signs import Signs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARK: Final = b"\xef\xbb\xbf"


def can_prove(signs: Signs, width: int) -> bool:
    """Tell whether the quick way knows such a table.

    One column cannot tell a blank line from an empty cell; a run of blanks is one delimiter.
    """
    delimiter = signs.delimiter.encode()
    alike = len(delimiter) == 2 and delimiter[0] == delimiter[1]
    return (
        width > 1
        and not signs.escape
        and len(signs.quote.encode()) < 2
        and 0 < len(delimiter) < 3
        and not alike
        and not signs.runs
    )


@dataclass(frozen=True)
class Table:
    """How the table of a file is written, as far as cutting it needs."""

    signs: Signs
    width: int
    line_end: bytes = b"\n"
    skip: int = 1
    """Physical lines before the first record."""


def index_of(
    path: Path,
    table: Table,
    taker: Taker,
    progress: Callable[[float], None] | None = None,
    block: int = BLOCK,
) -> Index:
    """Return where every record of a UTF-8 file stands.

    Args:
        path: the file.
        table: how it is written; ``can_prove`` must be true of it.
        taker: gets the records in their order, proven stretches by bytes and the odd ones one by one.
        progress: called with the share read, 0 to 1.
        block: bytes looked at at once; tests take few.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = _skipped(file, table)
        index = Index(path, start)
        taker.start = start
        rest = b""
        line = table.skip + 1
        while True:
            fresh = file.read(block)
            content = rest + fresh
            if not content:
                break
            walk = _Walk(content, start, line, table, taker, final=not fresh)
            walk.run(index)
            rest = content[walk.place :]
            start, line = start + walk.place, walk.line
            if progress:
                progress(start / max(size, 1))
            if not fresh:
                break
    index.lines = line - table.skip - 1
    return index


def _skipped(file: BinaryIO, table: Table) -> int:
    """Go to the first record; return its first byte."""
    lines = exact.physical_lines(file, table.line_end)
    start = sum(len(line) for line, _number in zip(lines, range(table.skip), strict=False))
    file.seek(start)
    return start


class Taker(Protocol):
    """Who gets the records."""

    start: int
    """First byte of the first record."""

    def proven(self, start: int, stretch: memoryview, *, returns: bool) -> None:
        """Take records that every reader sees alike."""

    def odd(self, record: Record, *, cut_off: bool) -> None:
        """Take a record that only the exact splitter can read."""


class _Lines:
    """The lines of a block from a place on, and whether the block was too short for them."""

    def __init__(self, walk: _Walk) -> None:
        self.content, self.start, self.end = walk.content, walk.place, walk.table.line_end
        self.first_byte, self.first_line, self.final = walk.start + walk.place, walk.line, walk.final
        self.ran_out = False

    def __iter__(self) -> Iterator[Line]:
        place = self.first_byte
        for number, line in enumerate(
            exact.lines_within(self.content, self.start, self.end), self.first_line
        ):
            whole = line.endswith(self.end) or len(line) == exact.LONGEST_LINE
            if not whole and not self.final:
                break
            yield Line(number, place, line)
            place += len(line)
        self.ran_out = not self.final


class _Walk:
    """One block, from record to record."""

    def __init__(
        self, content: bytes, start: int, line: int, table: Table, taker: Taker, *, final: bool
    ) -> None:
        self.content, self.start, self.table, self.final = content, start, table, final
        self.view, self.taker = memoryview(content), taker
        self.masks = Masks(content, table.signs, table.line_end, final=final)
        self.line = line
        self.place = 0
        """Where the next record starts."""
        self.found: list[NDArray[np.int64]] = []
        self.lines: list[NDArray[np.int64]] = []
        self.odd = 0
        self.line_ends = Counted(self.masks.ends)
        self.phases = tuple(_Phase(self.masks, phase) for phase in (0, 1))

    def run(self, index: Index) -> None:
        """Walk to the end of the block, or to the first record that needs the next one."""
        import numpy as np

        line = self.line
        going = self._take_exact() if self.start == 0 and self.content.startswith(_MARK) else True
        while going and self.place < len(self.content):
            phase = self.phases[self.masks.parity_before(self.place)]
            going = self._take_proven(phase) or self._take_exact()
        if not self.found:
            return
        ends = np.concatenate(self.found).astype(np.uint32)
        lines = np.concatenate(self.lines)
        several = bool(lines.max() > 1)
        index.blocks.append(
            Block(self.start, index.records + 1, line, ends, lines.astype(np.uint32) if several else None)
        )
        index.records += len(ends)
        index.odd += self.odd

    def _take_proven(self, phase: _Phase) -> bool:
        """Take the records that are proven from here on; return whether there was any."""
        import numpy as np

        stop = phase.next_stop(self.place, len(self.content))
        ends = phase.ends_between(self.place, stop)
        tail = self.final and stop == len(self.content) and not phase.open_at_end
        if tail and (not len(ends) or int(ends[-1]) < stop):
            # The last line of the file has no line end.
            ends = np.append(ends, stop)
        return len(ends) > 0 and self._take(ends, phase)

    def _take(self, ends: NDArray[np.int64], phase: _Phase) -> bool:
        """Take records by their ends, up to the first that the exact splitter must cut anew."""
        import numpy as np

        bounds = np.concatenate(([self.place], ends))
        lines = np.diff(self.line_ends.before(bounds))
        lines[-1] += self.content[int(ends[-1]) - 1] != self.table.line_end[0]
        wrong = np.diff(phase.delimiters.before(bounds)) != self.table.width - 1
        long = (np.diff(bounds) >= min(exact.MOST_BYTES, exact.LONGEST_LINE)) | (lines > exact.MOST_LINES)
        cut = np.flatnonzero(long | (wrong & (lines > 1)))
        until = int(cut[0]) if len(cut) else len(ends)
        done = self.place
        for place in np.flatnonzero(wrong[:until]).tolist():
            start, end = int(bounds[place]), int(bounds[place + 1])
            self._hand_on(done, start)
            self._look_at(start, end)
            done = end
        self._keep(ends[:until], lines[:until])
        self._hand_on(done, self.place)
        return until > 0

    def _hand_on(self, start: int, end: int) -> None:
        """Give a proven stretch to the taker."""
        if start < end:
            self.taker.proven(self.start + start, self.view[start:end], returns=self.masks.has_returns)

    def _look_at(self, start: int, end: int) -> None:
        """Read a record of one line whose cells are not as many as the columns."""
        line = Line(0, self.start + start, self.content[start:end])
        self._give(next(exact.records(iter([line]), self.table.signs, self.table.width)))

    def _give(self, record: Record) -> None:
        """Give an odd record to the taker."""
        at_end = self.final and record.byte_end == self.start + len(self.content)
        self.odd += 1
        self.taker.odd(record, cut_off=at_end and not self.content.endswith(self.table.line_end))

    def _take_exact(self) -> bool:
        """Let the exact splitter read the record that starts here; return whether the block holds it."""
        import numpy as np

        lines = _Lines(self)
        read = next(exact.records(iter(lines), self.table.signs, self.table.width), None)
        if read is None or lines.ran_out:
            return False
        self._give(read)
        self._keep(np.array([read.byte_end - self.start]), np.array([read.lines]))
        return True

    def _keep(self, ends: NDArray[np.int64], lines: NDArray[np.int64]) -> None:
        """Add records to those found."""
        if not len(ends):
            return
        self.found.append(ends)
        self.lines.append(lines)
        self.line += int(lines.sum())
        self.place = int(ends[-1])


class _Phase:
    """A block as it is where the parity of the quotes at the start of a record is 0, or 1."""

    def __init__(self, masks: Masks, phase: int) -> None:
        self.masks, self.phase = masks, phase

    @cached_property
    def delimiters(self) -> Counted:
        """The delimiters outside quotes."""
        return Counted(self.masks.delimiters & self.masks.outside(self.phase))

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return places(self.masks.ends & self.masks.outside(self.phase), self.masks.size) + 1

    @cached_property
    def _stops(self) -> NDArray[np.int64]:
        return places(self.masks.violations[self.phase], self.masks.size)

    @property
    def open_at_end(self) -> bool:
        """Whether the block ends inside a quoted cell."""
        return self.masks.parity_before(self.masks.size) != self.phase

    def next_stop(self, place: int, size: int) -> int:
        """Return the first violation from a place on; the end of the block where there is none."""
        import numpy as np

        at = int(np.searchsorted(self._stops, place))
        return int(self._stops[at]) if at < len(self._stops) else size

    def ends_between(self, place: int, stop: int) -> NDArray[np.int64]:
        """Return one past each record end between two places."""
        import numpy as np

        first, last = np.searchsorted(self._ends, (place, stop), side="right")
        return self._ends[first:last]
