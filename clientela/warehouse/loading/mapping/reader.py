"""Read a mapping file, naming the file and the key in every complaint."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from clientela.errors import MappingError
from clientela.i18n import gettext as _
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.mapping.mapping import (
    CALENDAR_PARTS,
    CONTINUATIONS,
    DOCUMENT_MEANINGS,
    MEANINGS,
    Constant,
    DocumentKey,
    DocumentWords,
    Format,
    Joined,
    Mapping,
    Money,
    Source,
    Status,
    Words,
    suggestion,
)

_KEYS: Final = {
    "": {
        "version",
        "open",
        "source",
        "table",
        "rows",
        "importer",
        "headers",
        "vat_number",
        "columns",
        "key",
        "format",
        "money",
        "sign",
        "status",
        "documents",
        "set_aside",
    },
    "key": {"document", "name", "nobody"},
    "format": {
        "date",
        "decimal",
        "thousands",
        "encoding",
        "delimiter",
        "quote",
        "header",
        "header_rows",
        "columns",
        "sheets",
        "timezone",
        "continues",
    },
    "money": {"currency", "minor_units", "rates"},
    "sign": {"column", "negative"},
    "status": {"column", *MEANINGS},
    "documents": {"column", *DOCUMENT_MEANINGS},
    "set_aside": {"column", "values", "coded"},
}


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


def mapping_of(content: dict[str, Any], name: str) -> Mapping:
    """Read a mapping from what a TOML file holds.

    Raises:
        MappingError: if it says something unknown.
    """
    return _Reader(name, content).mapping()


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
            key=self._key(table, rows),
            money=self._money(),
            documents=self._documents(),
            headers=self._list(self.content, "headers"),
            importer=str(self.content["importer"]) if "importer" in self.content else None,
            vat_number=self._list(self.content, "vat_number"),
            open=self._list(self.content, "open"),
        )

    def _columns(self, table: str, rows: str) -> dict[str, Source]:
        columns = self._part("columns")
        known = set(input_tables()[table].fields)
        if rows == "line":
            known |= set(input_tables()["order_lines"].fields)
        if not columns:
            raise self._error(_("[columns] is missing: it says which column is which field"))
        found: dict[str, Source] = {}
        for name, value in columns.items():
            if name not in known:
                raise self._unknown("field", name, known)
            if isinstance(value, dict) and set(value) == {"value"}:
                found[name] = Constant(str(value["value"]))
            elif isinstance(value, dict) and set(value) in ({"join"}, {"join", "with"}):
                found[name] = Joined(self._list(value, "join"), str(value.get("with", " ")))
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
        quote, rows = part.get("quote"), part.get("header_rows", 1)
        if quote is not None and len(str(quote)) > 1:
            raise self._error(_("format.quote must be one character"))
        if isinstance(rows, bool) or not isinstance(rows, int) or not 1 <= rows <= 5:
            raise self._error(_("format.header_rows must be a number from 1 to 5"))
        return Format(
            self._list(part, "date"),
            decimal,
            thousands or None,
            encoding,
            delimiter,
            header,
            names,
            quote,
            rows,
            self._list(part, "sheets"),
            self._timezone(part),
            self._choice(part, "continues", CONTINUATIONS, "") or None if "continues" in part else None,
            is_number_said=bool({"decimal", "thousands"} & set(part)),
        )

    def _timezone(self, part: dict[str, Any]) -> str | None:
        """Return the zone, known to the machine."""
        from zoneinfo import ZoneInfo

        name = part.get("timezone")
        if name is None:
            return None
        try:
            return ZoneInfo(str(name)).key
        except (KeyError, OSError, ValueError):
            raise self._error(_("the time zone {name} is unknown").format(name=name)) from None

    def _key(self, table: str, rows: str) -> DocumentKey:
        part = self._part("key")
        self._known("key", part)
        known = {*input_tables()[table].fields, *CALENDAR_PARTS}
        document = self._list(part, "document")
        for name in document:
            if name not in known:
                raise self._unknown("field", name, known)
        if rows == "line" and document and "order_id" not in document:
            raise self._error(_("key.document must hold order_id where a row is a line"))
        return DocumentKey(document, self._flag(part, "name"), self._list(part, "nobody"))

    def _money(self) -> Money:
        part = self._part("money")
        self._known("money", part)
        rates = part.get("rates", {})
        currency = part.get("currency")
        for code in [*rates, *([currency] if currency else [])]:
            if not (isinstance(code, str) and len(code) == 3 and code.isalpha()):
                raise self._error(_("{code} is no currency; write three letters, as USD").format(code=code))
        try:
            exact = {code.upper(): str(Decimal(str(rate))) for code, rate in rates.items()}
        except InvalidOperation:
            raise self._error(_("money.rates must be numbers")) from None
        if any(Decimal(rate) <= 0 for rate in exact.values()):
            raise self._error(_("money.rates must be above 0"))
        return Money(currency.upper() if currency else None, self._flag(part, "minor_units"), exact)

    def _documents(self) -> DocumentWords | None:
        part = self._part("documents")
        if not part:
            return None
        self._known("documents", part)
        words = {meaning: self._list(part, meaning) for meaning in DOCUMENT_MEANINGS if meaning in part}
        return DocumentWords(self._required(part, "documents", "column"), words)

    def _flag(self, part: dict[str, Any], key: str) -> bool:
        value = part.get(key, False)
        if not isinstance(value, bool):
            raise self._error(_("{key} must be true or false").format(key=key))
        return value

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
        column = self._required(part, section, "column")
        return Words(column, self._list(part, key), "coded" in part and self._flag(part, "coded"))

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
