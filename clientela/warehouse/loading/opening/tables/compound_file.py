"""A compound file: the little file system in which the old Office formats keep their streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_HEADER: Final = 512
_END: Final = 0xFFFFFFFA
"""From here on a sector number is a mark: end, free, table."""

_ENTRY: Final = 128
_ROOT: Final = 5


class CompoundFile:
    """Reads streams by name; what is damaged ends early and never loops.

    Args:
        data: the whole file.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini = struct.unpack_from("<HH", data, 30)
        self._sector, self._mini = 1 << min(shift, 16), 1 << min(mini, 16)
        (self._directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, self._mini_table = struct.unpack_from("<II", data, 56)
        self._table = self._sector_table()

    def stream(self, *names: str) -> bytes | None:
        """Return the first of these streams that is there."""
        entries = list(self._entries())
        for wanted in names:
            for name, _kind, start, size in entries:
                if name == wanted:
                    if size >= self._cutoff:
                        return self._chain(start)[:size]
                    root = next((entry for entry in entries if entry[1] == _ROOT), None)
                    return self._small(start, size, self._chain(root[2])) if root else None
        return None

    def _sector_table(self) -> list[int]:
        """Return for every sector the one after it."""
        listed = list(struct.unpack_from("<109I", self._data, 76))
        following, more = struct.unpack_from("<II", self._data, 68)
        for _round in range(min(more, 1000)):
            block = self._at(following)
            if following >= _END or len(block) < self._sector:
                break
            numbers = struct.unpack(f"<{self._sector // 4}I", block)
            listed += numbers[:-1]
            following = numbers[-1]
        table: list[int] = []
        for number in listed:
            block = self._at(number) if number < _END else b""
            table += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
        return table

    def _at(self, number: int) -> bytes:
        start = _HEADER + number * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, start: int) -> bytes:
        """Return what stands in a sector and those after it."""
        return b"".join(self._at(number) for number in self._followed(start, self._table))

    @staticmethod
    def _followed(start: int, table: list[int]) -> Iterator[int]:
        for _step in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]

    def _small(self, start: int, size: int, room: bytes) -> bytes:
        """Return a stream that is too small for sectors of its own."""
        block = self._chain(self._mini_table)
        table = list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
        pieces = (room[number * self._mini :][: self._mini] for number in self._followed(start, table))
        return b"".join(pieces)[:size]

    def _entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield name, kind, first sector and size of what the directory lists."""
        directory = self._chain(self._directory)
        for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            entry = directory[place : place + _ENTRY]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
            start, size = struct.unpack_from("<II", entry, 116)
            yield name, entry[66], start, size
