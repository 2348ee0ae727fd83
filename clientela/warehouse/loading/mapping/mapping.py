"""A mapping file: which column of the owner's file is which field of ours, and how its values are written."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from clientela.errors import MappingError
from clientela.i18n import gettext as _
from clientela.warehouse.input_tables import input_tables

MEANINGS: Final = {
    "counts": "completed",
    "cancelled": "cancelled",
    "quote": "quote",
    "set_aside": "set_aside",
}
"""What a status word may mean, and the status that is kept for it."""

_KEYS: Final = {
    "": {"source", "table", "rows", "columns", "format", "sign", "status", "set_aside"},
    "format": {"date", "decimal", "thousands", "encoding", "delimiter", "header", "columns"},
    "sign": {"column", "negative"},
    "status": {"column", *MEANINGS},
    "set_aside": {"column", "values"},
}


@dataclass(frozen=True)
class Constant:
    """A field that has the same value in every row."""

    value: str


@dataclass(frozen=True)
class Words:
    """Values of one column that decide something about their row."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """What the words of the status column mean."""

    column: str
    words: dict[str, tuple[str, ...]]
    """Meaning (a key of ``MEANINGS``) to the words of the file."""


@dataclass(frozen=True)
class Format:
    """How the file is written; None where the file itself is asked."""

    dates: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | int = True
    """Whether there is a header line, or its number from 1."""

    columns: tuple[str, ...] = ()
    """Names of the columns, where there is no header."""


@dataclass(frozen=True)
class Mapping:
    """Everything that is needed to read one kind of file."""

    source: str
    table: str
    columns: dict[str, str | Constant]
    """Field to column, expression over columns, or constant."""

    rows: str = "document"
    """``document``: a row is an order; ``line``: a row is a line of one."""

    format: Format = field(default_factory=Format)
    sign: Words | None = None
    """Rows whose amounts are made negative."""

    status: Status | None = None
    set_aside: Words | None = None
    """Rows that are left out."""

    @property
    def sha256(self) -> str:
        """The fingerprint: two mappings with the same one read a file alike."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        MappingError: if it is missing, is not TOML, or says something unknown.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise MappingError(
            _("The mapping {file} cannot be read: {why}.").format(file=path, why=why),
            _("Check the name and the folder."),
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(
            _("The mapping {file} is not valid TOML: {why}.").format(file=path.name, why=error),
            _("Correct that line; docs/examples has mappings to copy from."),
        ) from error
    return _Reader(path.name, content).mapping()


class _Reader:
    """Turns the tables of the TOML file into a Mapping, naming the file in every complaint."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        self.name = name
        self.content = content

    def mapping(self) -> Mapping:
        """Check the keys, then read each part."""
        self._known("", self.content)
        table = self._text(self.content, "table", "orders")
        if table not in input_tables():
            raise self._unknown("table", table, input_tables())
        rows = self._choice(self.content, "rows", ("document", "line"), "document")
        if rows == "line" and table != "orders":
            raise self._error(_('rows = "line" is for table = "orders" only'))
        return Mapping(
            source=self._text(self.content, "source", table),
            table=table,
            columns=self._columns(table, rows),
            rows=rows,
            format=self._format(),
            sign=self._words("sign", "negative"),
            status=self._status(),
            set_aside=self._words("set_aside", "values"),
        )

    def _columns(self, table: str, rows: str) -> dict[str, str | Constant]:
        columns = self._part("columns")
        known = set(input_tables()[table].fields)
        if rows == "line":
            known |= set(input_tables()["order_lines"].fields)
        if not columns:
            raise self._error(_("[columns] is missing: it says which column is which field"))
        found: dict[str, str | Constant] = {}
        for name, value in columns.items():
            if name not in known:
                raise self._unknown("field", name, known)
            if isinstance(value, dict) and set(value) == {"value"}:
                found[name] = Constant(str(value["value"]))
            elif isinstance(value, str) and value.strip():
                found[name] = value.strip()
            else:
                raise self._error(_("{key} must be a column name in quotes").format(key=f"columns.{name}"))
        return found

    def _format(self) -> Format:
        part = self._part("format")
        self._known("format", part)
        decimal = self._choice(part, "decimal", (".", ","), ".")
        thousands = self._choice(part, "thousands", (".", ",", "'", " ", ""), "")
        if thousands == decimal:
            raise self._error(_("format.decimal and format.thousands are the same character"))
        header = part.get("header", True)
        if not isinstance(header, bool | int) or (not isinstance(header, bool) and header < 1):
            raise self._error(_("format.header must be true, false or a line number from 1"))
        names = self._list(part, "columns")
        if header is False and not names:
            raise self._error(_("without a header, format.columns must name the columns"))
        encoding, delimiter = part.get("encoding"), part.get("delimiter")
        if encoding is not None:
            self._check_encoding(str(encoding))
        if delimiter is not None and len(str(delimiter)) != 1:
            raise self._error(_("format.delimiter must be one character"))
        return Format(
            self._list(part, "date"), decimal, thousands or None, encoding, delimiter, header, names
        )

    def _check_encoding(self, name: str) -> None:
        try:
            "".encode(name)
        except LookupError:
            raise self._error(_("the encoding {name} is unknown").format(name=name)) from None

    def _status(self) -> Status | None:
        part = self._part("status")
        if not part:
            return None
        self._known("status", part)
        words = {meaning: self._list(part, meaning) for meaning in MEANINGS if meaning in part}
        return Status(self._required(part, "status", "column"), words)

    def _words(self, section: str, key: str) -> Words | None:
        part = self._part(section)
        if not part:
            return None
        self._known(section, part)
        return Words(self._required(part, section, "column"), self._list(part, key))

    def _part(self, section: str) -> dict[str, Any]:
        part = self.content.get(section, {})
        if not isinstance(part, dict):
            raise self._error(_("{key} must be a section").format(key=f"[{section}]"))
        return part

    def _required(self, part: dict[str, Any], section: str, key: str) -> str:
        if not isinstance(part.get(key), str):
            raise self._error(_("{key} is missing").format(key=f"{section}.{key}"))
        return str(part[key])

    def _text(self, part: dict[str, Any], key: str, default: str) -> str:
        value = part.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self._error(_("{key} must be text in quotes").format(key=key))
        return value.strip()

    def _choice(self, part: dict[str, Any], key: str, choices: tuple[str, ...], default: str) -> str:
        value = part.get(key, default)
        if value not in choices:
            raise self._unknown(key, str(value), [choice for choice in choices if choice])
        return str(value)

    def _list(self, part: dict[str, Any], key: str) -> tuple[str, ...]:
        value = part.get(key, [])
        values = [value] if isinstance(value, str | int | float) else value
        if not isinstance(values, list):
            raise self._error(_("{key} must be a list").format(key=key))
        return tuple(str(item) for item in values)

    def _known(self, section: str, part: dict[str, Any]) -> None:
        for key in part:
            if key not in _KEYS[section]:
                raise self._unknown("key", f"{section}.{key}".strip("."), _KEYS[section])

    def _unknown(self, kind: str, value: str, known: Iterable[str]) -> MappingError:
        kinds = {"key": _("key"), "field": _("field"), "table": _("table")}
        hint = suggestion(value.rpartition(".")[2], known)
        return self._error(
            _("{kind} “{value}” is unknown").format(kind=kinds.get(kind, kind), value=value), hint
        )

    def _error(self, what: str, hint: str = "") -> MappingError:
        return MappingError(f"{self.name}: {what}.", hint)


def suggestion(value: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the nearest known word and lists the rest."""
    words = sorted(known)
    near = difflib.get_close_matches(value.lower(), [word.lower() for word in words], n=1, cutoff=0.6)
    listed = _("Known: {words}.").format(words=", ".join(words))
    if not near:
        return listed
    nearest = next(word for word in words if word.lower() == near[0])
    return _("Did you mean “{word}”?").format(word=nearest) + " " + listed
