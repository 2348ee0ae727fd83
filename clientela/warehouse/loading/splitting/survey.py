"""One pass over the bytes of a file: its fingerprint, and whether every line is one record."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clientela.warehouse.loading.opening.limits import BLOCK

_STRAYS: Final = 10
"""Carriage returns for one line feed from which the line feeds are the strays."""


@dataclass(frozen=True)
class Survey:
    """What one pass over the file found."""

    # SHA-512 because it is twice as fast as SHA-256 on 64-bit machines without special instructions.
    sha512: str
    size: int
    """Bytes."""

    lines: int
    """Physical lines, a last one without a line end included."""

    carriage_returns: int
    line_feeds: int
    crlf: int
    has_quote: bool
    has_nul: bool
    has_tab: bool
    is_utf8: bool
    is_ascii: bool

    def of(self, place: str) -> Survey:
        """Return the survey of one of several tables in the file: its fingerprint is its own."""
        if not place:
            return self
        return replace(self, sha512=hashlib.sha512(f"{self.sha512}\n{place}".encode()).hexdigest())

    @property
    def line_end(self) -> str | None:
        """The line end, where the file has only one."""
        if not self.carriage_returns:
            return "\n"
        return "\r\n" if self.carriage_returns == self.line_feeds == self.crlf else None

    @property
    def ends_lines(self) -> bytes:
        """The byte that ends a line: the carriage return in a file of an old Mac, strays apart."""
        alone = self.carriage_returns - self.crlf
        return b"\r" if alone > _STRAYS * self.line_feeds else b"\n"

    @property
    def one_line_one_record(self) -> bool:
        """Whether no record can span lines and no byte can be misread."""
        return self.is_utf8 and not self.has_quote and not self.has_nul and self.line_end is not None


def survey(path: Path, progress: Callable[[float], None] | None = None) -> Survey:
    """Read the file once, by blocks; the fingerprint is computed on a second core.

    Args:
        path: the plain (unpacked) file.
        progress: called with the share read, 0 to 1.
    """
    size = path.stat().st_size
    counter = _Counter()
    digest = hashlib.sha512()
    with path.open("rb") as file, ThreadPoolExecutor(1) as second_core:
        pending: Future[None] | None = None
        while block := file.read(BLOCK):
            if pending:
                pending.result()
            pending = second_core.submit(digest.update, block)
            counter.see(block)
            if progress:
                progress(counter.seen / size)
    return counter.survey(digest.hexdigest())


class _Counter:
    """What has been seen so far."""

    def __init__(self) -> None:
        self.seen = self.line_feeds = self.carriage_returns = self.crlf = 0
        self.has_quote = self.has_nul = self.has_tab = False
        self.is_utf8 = self.is_ascii = True
        self.last = b""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def see(self, block: bytes) -> None:
        """Count one block."""
        self.line_feeds += block.count(b"\n")
        self.has_quote = self.has_quote or b'"' in block
        self.has_nul = self.has_nul or b"\0" in block
        self.has_tab = self.has_tab or b"\t" in block
        if b"\r" in block or self.last == b"\r":
            self.carriage_returns += block.count(b"\r")
            self.crlf += block.count(b"\r\n") + (self.last == b"\r" and block[:1] == b"\n")
        if self.is_utf8:
            self._check_utf8(block)
        self.seen += len(block)
        self.last = block[-1:]

    def _check_utf8(self, block: bytes) -> None:
        """Decode what is not plain ASCII; a character may be cut between two blocks."""
        if block.isascii() and not self.decoder.getstate()[0]:
            return
        self.is_ascii = False
        try:
            self.decoder.decode(block)
        except UnicodeDecodeError:
            self.is_utf8 = False

    def survey(self, sha512: str) -> Survey:
        """Return the counts of the whole file."""
        cut = self.is_utf8 and bool(self.decoder.getstate()[0])
        return Survey(
            sha512,
            self.seen,
            self.line_feeds + (self.last not in (b"\n", b"")),
            self.carriage_returns,
            self.line_feeds,
            self.crlf,
            self.has_quote,
            self.has_nul,
            self.has_tab,
            self.is_utf8 and not cut,
            self.is_ascii,
        )
