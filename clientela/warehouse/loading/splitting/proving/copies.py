"""The copy of a text file that is made where its records are not all proven: odd ones are written anew."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from clientela.warehouse.loading.splitting.fitting import Fitting
from clientela.warehouse.loading.splitting.records import Record

MARKER: Final = "\x1e"
"""Stands before and after the fault in the first cell of a record that has one."""

_SENT_AT_ONCE: Final = 64 << 20


class Copy:
    """A copy that begins with the first record that needs it; the file itself where none does."""

    def __init__(
        self, path: Path, to: Path, fitting: Fitting, line_end: bytes, *, always: bool = False
    ) -> None:
        """Make no copy yet.

        Args:
            path: the text file.
            to: where the copy goes.
            fitting: what brings odd records to the columns.
            line_end: the byte that ends a line of the file; the copy has line feeds.
            always: whether the copy is made in any case.
        """
        self.always = always
        self.path, self.to, self.fitting, self.line_end = path, to, fitting, line_end
        self.faults = 0
        self.start = 0
        """First byte of the first record."""
        self._file: BinaryIO | None = None

    @property
    def made(self) -> bool:
        """Whether there is a copy."""
        return self._file is not None

    def __enter__(self) -> Copy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def proven(self, start: int, stretch: memoryview, *, returns: bool) -> None:
        """Take records that every reader sees alike.

        Args:
            start: their first byte in the file.
            stretch: their bytes.
            returns: whether carriage returns may stand among them.
        """
        if self.line_end == b"\r":
            self._begun(start).write(bytes(stretch).replace(b"\r", b"\n"))
        elif returns:
            self._begun(start).write(bytes(stretch).replace(b"\r\n", b"\n"))
        elif self._file or self.always:
            self._begun(start).write(stretch)

    def odd(self, record: Record, *, cut_off: bool) -> None:
        """Write a record anew.

        Args:
            record: as the exact splitter read it, its bytes counted in the file.
            cut_off: whether the file ends within its line.
        """
        cells, fault = self.fitting.fit(record.cells, record.fault, record.text, cut_off=cut_off)
        if fault or cells[0].startswith(MARKER):
            self.faults += 1
            cells = [f"{MARKER}{fault or ''}{MARKER}{cells[0]}", *cells[1:]]
        self._begun(record.byte_start).write(self._line(cells))

    def _line(self, cells: list[str]) -> bytes:
        """Write cells as one line of the table."""
        sign, delimiter = self.fitting.signs.quote, self.fitting.signs.delimiter
        if sign:
            written = (sign + cell.replace(sign, sign * 2) + sign for cell in cells)
        else:
            written = (cell.replace(delimiter, " ").replace("\n", " ").replace("\r", " ") for cell in cells)
        return (delimiter.join(written).replace("\0", "\ufffd") + "\n").encode()

    def _begun(self, start: int) -> BinaryIO:
        """Return the copy; where it is new, with the records before, which are sound as they are."""
        if self._file is None:
            self._file = self.to.open("wb", buffering=1 << 20)
            with self.path.open("rb") as file:
                file.seek(self.start)
                place = self.start
                while place < start:
                    block = file.read(min(_SENT_AT_ONCE, start - place))
                    self._file.write(block)
                    place += len(block)
        return self._file
