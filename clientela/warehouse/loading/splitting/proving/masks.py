"""Where the signs of a table stand in a block of bytes, one bit a byte.

After Langdale and Lemire (2019), "Parsing gigabytes of JSON per second": the parity of the quotes before a
byte says whether it stands inside a quoted cell, and it is computed for 64 bytes at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clientela.warehouse.loading.splitting.signs import Signs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Places = NDArray[np.int64]

PIECE: Final = 256 << 10
"""Bytes that are compared at once, so that they stay in the cache."""

_CARRIAGE_RETURN: Final = 13
_LINE_FEED: Final = 10
_NUL: Final = 0
MARKER: Final = 0x1E
"""The sign by which a copy marks its odd records; a record that holds it is looked at."""


class Masks:
    """The signs of one block that starts at a record."""

    def __init__(self, block: bytes, signs: Signs, line_end: bytes, *, final: bool) -> None:
        """Compare the block with every sign.

        Args:
            block: bytes of the file.
            signs: at most two bytes of delimiter, one of quote, none of escape.
            line_end: the byte that ends a line.
            final: whether the file ends with the block.
        """
        import numpy as np

        self.size = len(block)
        raw = np.frombuffer(block, dtype=np.uint8)
        delimiter, quote = signs.delimiter.encode(), signs.quote.encode()
        self.ends = _bits(raw, line_end[0])
        none = np.zeros_like(self.ends)
        parts = _bits(raw, delimiter[0])
        closes = parts
        if len(delimiter) > 1:
            parts = parts & _before(_bits(raw, delimiter[1]))
            closes = _after(parts)
        self.delimiters = parts
        self.quotes = _bits(raw, quote[0]) if quote and quote in block else none
        returns = _bits(raw, _CARRIAGE_RETURN) if line_end == b"\n" and b"\r" in block else none
        line_feeds_next = _before(self.ends)
        self.odd_returns = returns & ~line_feeds_next
        self.crlf = returns & line_feeds_next
        self.has_returns = line_end == b"\n" and b"\r" in block
        odd = self.odd_returns
        others = (_NUL, MARKER) if line_end == b"\n" else (_NUL, MARKER, _LINE_FEED)
        for sign in others:
            if bytes([sign]) in block:
                odd = odd | _bits(raw, sign)
        self.inside = _parity(self.quotes)
        opens = self.quotes & ~_after(closes | self.ends | self.quotes, first=True)
        shuts = self.quotes & ~self._shutting(final)
        self.violations = (
            (opens & self.inside) | (shuts & ~self.inside) | odd,
            (opens & ~self.inside) | (shuts & self.inside) | odd,
        )

    def _shutting(self, final: bool) -> Words:
        """Return the places whose next byte may follow a closing quote."""
        following = _before(self.delimiters | self.ends | self.quotes | self.crlf)
        if final and self.size:
            last = self.size - 1
            following[last >> 6] |= following.dtype.type(1 << (last & 63))
        return following

    def outside(self, phase: int) -> Words:
        """Return the bytes outside quoted cells, given the parity at the start of a record."""
        return self.inside if phase else ~self.inside

    def parity_before(self, place: int) -> int:
        """Return the parity of the quotes before a byte."""
        return bit(self.inside, place - 1) if place else 0


def places(words: Words, size: int) -> Places:
    """Return the bytes whose bit is set."""
    import numpy as np

    bits = np.unpackbits(words.view(np.uint8), bitorder="little", count=size)
    return np.flatnonzero(bits)


def bit(words: Words, place: int) -> int:
    """Return one bit."""
    return int(words[place >> 6] >> words.dtype.type(place & 63)) & 1


class Counted:
    """Bits that can be counted up to any byte."""

    def __init__(self, words: Words) -> None:
        """Count them once by words."""
        import numpy as np

        self.words = np.append(words, np.uint64(0))
        self.running = np.zeros(len(words) + 1, dtype=np.int64)
        np.cumsum(np.bitwise_count(words), out=self.running[1:])

    def before(self, at: Places) -> Places:
        """Return how many bits are set before each of some bytes."""
        import numpy as np

        word = at >> 6
        low = (np.uint64(1) << (at & 63).astype(np.uint64)) - np.uint64(1)
        counts: Places = self.running[word] + np.bitwise_count(self.words[word] & low)
        return counts


def _bits(raw: NDArray[np.uint8], sign: int) -> Words:
    """Return one bit a byte: whether it is the sign."""
    import numpy as np

    packed = np.zeros((len(raw) + 63) // 64 * 8, dtype=np.uint8)
    for start in range(0, len(raw), PIECE):
        part = np.packbits(raw[start : start + PIECE] == sign, bitorder="little")
        packed[start >> 3 : (start >> 3) + len(part)] = part
    return packed.view(np.uint64)


def _after(words: Words, *, first: bool = False) -> Words:
    """Move every bit to the next byte; ``first`` sets that of the first byte."""
    moved: Words = words << _one(words)
    moved[1:] |= words[:-1] >> words.dtype.type(63)
    if first and len(moved):
        moved[0] |= _one(words)
    return moved


def _before(words: Words) -> Words:
    """Move every bit to the byte before."""
    moved: Words = words >> _one(words)
    moved[:-1] |= words[1:] << words.dtype.type(63)
    return moved


def _one(words: Words) -> Any:
    return words.dtype.type(1)


def _parity(quotes: Words) -> Words:
    """Return for every byte the parity of the quotes up to it, itself included."""
    import numpy as np

    inside = quotes.copy()
    for distance in (1, 2, 4, 8, 16, 32):
        inside ^= inside << np.uint64(distance)
    if len(inside):
        odd = np.bitwise_xor.accumulate(inside >> np.uint64(63))
        inside[1:] ^= np.uint64(0) - odd[:-1]
    return inside
