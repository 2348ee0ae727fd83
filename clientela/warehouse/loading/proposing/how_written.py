"""Say how a text is written: what parts its columns, where its rows begin."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext, lazy
from clientela.i18n import gettext as _
from clientela.warehouse.loading.splitting.dialect import Dialect

_SIGNS: Final = {
    ",": lazy("commas"),
    ";": lazy("semicolons"),
    "\t": lazy("tabs"),
    "|": lazy("bars"),
    " ": lazy("blanks"),
}


def how_written(dialect: Dialect) -> tuple[str, ...]:
    """Return a sentence on the columns and the header."""
    sign = _SIGNS.get(dialect.delimiter)
    parted = gettext(sign) if sign else f"“{dialect.delimiter}”"
    return (
        _("Columns are parted by {sign}; the rows begin on line {line}.").format(
            sign=parted, line=dialect.skip + 1
        ),
    )
