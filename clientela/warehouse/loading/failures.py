"""What the disk and DuckDB say when a load fails, in a sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _


@contextmanager
def in_words() -> Iterator[None]:
    """Turn failures of the disk and of DuckDB into a sentence."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(
            _("There is not enough memory or disk for the load, so nothing was written."),
            _("Close other programs or free some space, then load again."),
        ) from error
    except duckdb.IOException as error:
        raise WarehouseError(
            _("The database cannot be written: {why}.").format(why=_first_line(error)),
            _("Free some disk space and check the folder, then load again; nothing was changed."),
        ) from error
    except duckdb.Error as error:
        raise WarehouseError(
            _("The load failed and nothing was written: {why}.").format(why=_first_line(error)),
            _("Please report it, with the first lines of the file."),
        ) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise WarehouseError(
            _("The disk is full, so nothing was written.")
            if full
            else _("A file cannot be read or written: {why}.").format(why=error.strerror or error),
            _("Free some disk space, then load again.") if full else "",
        ) from error


def _first_line(error: Exception) -> str:
    """Return what DuckDB says, without its technical tail."""
    return str(error).partition("\n")[0].rstrip(".")
