"""How much may come out of a file: beyond it a file is taken for a trap, whatever it says of itself."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _

BLOCK: Final = 8 << 20
"""Bytes read at once; memory stays flat whatever the size of the file."""

LARGEST_UNPACKED: Final = 4 << 30
"""Bytes of one file unpacked."""

LARGEST_ARCHIVE: Final = 8 << 30
"""Bytes of everything inside an archive."""

LARGEST_DOCUMENT: Final = 64 << 20
"""Bytes of one document of XML, and of what is held in memory as a whole."""

LARGEST_WORKBOOK: Final = 256 << 20
"""Bytes of everything inside a workbook, unpacked: its cells are held in memory."""

MOST_MEMBERS: Final = 50_000
"""Files in one archive."""

MOST_CELLS: Final = 20_000_000
"""Cells between the first and the last of a sheet, blank ones included."""

MOST_RATIO: Final = 200
"""Bytes unpacked for one packed; real tables stay far below."""

FREE: Final = 32 << 20
"""Bytes unpacked below which the ratio is not asked about."""


def too_large(name: str, limit: int) -> UnreadableFileError:
    """Return the refusal of a file out of which more comes than a limit allows."""
    shown = f"{limit >> 30} GB" if limit >> 30 else f"{limit >> 20} MB"
    return UnreadableFileError(
        _("{file} unpacks to more than {limit}.").format(file=name, limit=shown),
        _("If it is really that large, export it in smaller pieces, as CSV."),
    )


def bomb(name: str) -> UnreadableFileError:
    """Return the refusal of a file that is packed as no real table is."""
    return UnreadableFileError(
        _("{file} unpacks to more than {ratio} times its size: it is taken for a trap.").format(
            file=name, ratio=MOST_RATIO
        ),
        _("If it is yours, unpack it and load what is inside."),
    )


def too_far(name: str, sheet: str) -> UnreadableFileError:
    """Return the refusal of a sheet with cells so far apart that nothing could hold what is between them."""
    return UnreadableFileError(
        _("{file}: sheet {sheet} reaches over more than {count} million cells, nearly all blank.").format(
            file=name, sheet=sheet, count=MOST_CELLS // 1_000_000
        ),
        _("Delete the blank rows and columns after the data and save it again, or save it as CSV."),
    )


def bounded(blocks: Generator[bytes, None, None], name: str, limit: int, packed: int) -> Iterator[bytes]:
    """Yield blocks as they are unpacked, up to the limits.

    Args:
        blocks: what comes out; closed at the end, also at a refusal.
        name: the file, as the owner knows it.
        limit: bytes that may come out.
        packed: bytes that went in.

    Raises:
        UnreadableFileError: at the first block beyond a limit.
    """
    seen = 0
    with closing(blocks):
        for block in blocks:
            seen += len(block)
            if seen > limit:
                raise too_large(name, limit)
            if seen > FREE and seen > packed * MOST_RATIO:
                raise bomb(name)
            yield block
