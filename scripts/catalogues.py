"""Compile the translation catalogues, and gather the report's messages for them.

``python -m scripts.catalogues`` writes each ``.mo`` beside its ``.po``.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

ROOT: Final = Path(__file__).resolve().parent.parent
LOCALES: Final = ROOT / "templates" / "locale"
KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
}

Message = str | tuple[str, ...]


def read_po(path: Path) -> Catalog:
    """Read a catalogue."""
    from babel.messages.pofile import read_po as read

    with path.open("rb") as file:
        return read(file, locale=path.parts[-3])


def compiled(path: Path) -> bytes:
    """Return a catalogue as gettext reads it; fuzzy entries are left out."""
    from babel.messages.mofile import write_mo

    out = BytesIO()
    write_mo(out, read_po(path))
    return out.getvalue()


def report_messages() -> Iterator[tuple[str, Message]]:
    """Yield every message of the report's code and templates with the file that says it.

    Messages of one form are texts, those of two forms are pairs.
    """
    from babel.messages.extract import extract
    from jinja2.ext import babel_extract

    for folder, pattern, method in (
        ("reports", "**/*.py", "python"),
        ("templates", "*.py", "python"),
        ("templates/report", "*.html", babel_extract),
    ):
        for path in sorted((ROOT / folder).glob(pattern)):
            options = {"trimmed": "true", "silent": "false"} if pattern.endswith("html") else {}
            with path.open("rb") as file:
                for _line, message, _comments, _context in extract(method, file, KEYWORDS, options=options):
                    yield str(path.relative_to(ROOT)), message


def main() -> None:
    """Compile every catalogue."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        path.with_suffix(".mo").write_bytes(compiled(path))


if __name__ == "__main__":
    main()
