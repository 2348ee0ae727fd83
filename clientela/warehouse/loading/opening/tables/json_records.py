"""JSON of flat records: a list of them, one a line, or a list under one name."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.tables.sheet import Row, Sheet, Written

_SEPARATORS: Final = (
    "id",
    "object",
    "has_more",
    "url",
    "next",
    "total",
    "count",
    "page",
    "success",
    "status",
)
"""Names that stand beside a list of records and are none."""

Record = dict[str, Any]


def read_records(path: Path, name: str) -> Sheet | None:
    """Return the records of a file as rows below their names; None where a record holds others.

    Raises:
        UnreadableFileError: if it is no JSON, too large, without records, or a name stands twice in one.
    """
    size = path.stat().st_size
    encoding = _encoding(path)
    is_lines = _is_lines(path, encoding)
    if not is_lines and size > limits.LARGEST_DOCUMENT:
        raise UnreadableFileError(
            _("{file} is one JSON text of more than {limit} MB.").format(
                file=name, limit=limits.LARGEST_DOCUMENT >> 20
            ),
            _("Export it as CSV, or as one record a line."),
        )
    kept = None if is_lines else _records(_parsed(path, encoding, name), name)
    names: dict[str, None] = {}
    count = 0
    for record in kept if kept is not None else _lines(path, encoding, name):
        count += 1
        for key, value in record.items():
            if isinstance(value, dict | list):
                return None
            names.setdefault(key)
    if not count or not names:
        raise UnreadableFileError(
            _("{file} is JSON without records.").format(file=name), _("Export it again, with its rows.")
        )

    def rows() -> Iterator[Row]:
        yield list(names)
        for record in kept if kept is not None else _lines(path, encoding, name):
            yield [_cell(record.get(key)) for key in names]

    return Sheet(name, rows, count + 1)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) > 1 and start[1] == 0:
        return "utf-16-le"
    return "utf-16-be" if start[:1] == b"\0" else "utf-8-sig"


def _is_lines(path: Path, encoding: str) -> bool:
    """Tell whether the first line is a whole record and another one follows, or nothing does."""
    try:
        with path.open(encoding=encoding, errors="strict") as file:
            first = file.readline(limits.LARGEST_DOCUMENT)
            value = _read(first)
            return isinstance(value, dict) and not _listed(value)
    except (ValueError, RecursionError):
        return False


def _lines(path: Path, encoding: str, name: str) -> Iterator[Record]:
    """Yield the records of a file that has one a line."""
    try:
        with path.open(encoding=encoding, errors="strict") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                value = _read(line)
                if not isinstance(value, dict):
                    raise _no_records(name, number)
                yield value
    except (ValueError, RecursionError) as error:
        raise _broken(name, error) from error


def _parsed(path: Path, encoding: str, name: str) -> Any:
    try:
        return _read(path.read_bytes().decode(encoding))
    except (ValueError, RecursionError) as error:
        raise _broken(name, error) from error


def _read(text: str) -> Any:
    """Read JSON; a number keeps its digits, and a name that stands twice in a record is no record."""
    return json.loads(
        text,
        object_pairs_hook=_once,
        parse_float=Written,
        parse_int=Written,
        parse_constant=_no_number,
    )


def _once(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("a name stands twice in one record"))
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _listed(value: Record) -> list[Any] | None:
    """Return the one list that an object holds beside words about it; None where it is a record itself."""
    lists = [each for each in value.values() if isinstance(each, list)]
    others = [key for key, each in value.items() if not isinstance(each, list)]
    if len(lists) != 1 or not all(isinstance(each, dict) for each in lists[0]):
        return None
    return lists[0] if all(key.lower() in _SEPARATORS for key in others) else None


def _records(value: Any, name: str) -> list[Record]:
    """Return the records of a JSON text."""
    if isinstance(value, dict):
        found = _listed(value)
        value = [value] if found is None else found
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _no_records(name, 1)
    return value


def _cell(value: Any) -> object:
    """Return a value as a cell: a number with its digits, nothing as a blank."""
    if isinstance(value, Written) and "e" in value.lower():
        return float(value)
    return "" if value is None else value


def _no_records(name: str, number: int) -> UnreadableFileError:
    return UnreadableFileError(
        _("{file}, line {line}: this is JSON, but not a list of records with names.").format(
            file=name, line=number
        ),
        _("Export it as CSV, or as JSON with one flat record for each receipt."),
    )


def _broken(name: str, error: Exception) -> UnreadableFileError:
    why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    if isinstance(error, UnicodeDecodeError | RecursionError):
        why = _("it is not UTF-8") if isinstance(error, UnicodeDecodeError) else _("it is nested too deeply")
    return UnreadableFileError(
        _("{file} is JSON, but damaged: {why}.").format(file=name, why=why), _("Download or export it again.")
    )
