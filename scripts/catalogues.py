"""Sort and compile the translation catalogues, and gather every message of the product for them.

``python -m scripts.catalogues`` puts each ``.po`` in order and writes its ``.mo`` beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click
    from babel.messages.catalog import Catalog

ROOT: Final = Path(__file__).resolve().parent.parent
LOCALES: Final = ROOT / "templates" / "locale"
ITALIAN: Final = LOCALES / "it" / "LC_MESSAGES" / "clientela.po"
CODE: Final = ("cli", "reports", "referral_server", "templates", "sample_data", "clientela")
"""The folders whose code and pages speak to a reader; links to another of them are not followed."""

KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_in": ((1, "c"), 2),
}


class Said(NamedTuple):
    """A message where the product says it."""

    where: str
    """The file, from the root of the project, or the command whose help it is."""

    context: str | None
    """What tells two meanings of one English text apart."""

    forms: tuple[str, ...]
    """The text, or its singular and plural."""

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue finds it by."""
        return self.context, self.forms[0]


def messages() -> Iterator[Said]:
    """Yield every message that the product can say: code, pages, the measures' definitions, help texts."""
    for path in sources():
        yield from said_in(path)
    yield from definitions()
    for words, command in commands():
        if command.help:
            yield Said(" ".join(("clientela", *words)), None, (help_of(command),))


def sources() -> Iterator[Path]:
    """Yield the files that may hold messages, each once."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            below = path.relative_to(ROOT / folder).parts
            linked = any((ROOT / folder).joinpath(*below[: at + 1]).is_symlink() for at in range(len(below)))
            if path.suffix in (".py", ".html", ".txt") and not linked:
                yield path


def said_in(path: Path) -> Iterator[Said]:
    """Yield the messages of one file: Python code or a page."""
    from babel.messages.extract import extract
    from jinja2.ext import babel_extract

    where = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
    python = path.suffix == ".py"
    method: Any = "python" if python else babel_extract
    options: Any = {} if python else {"trimmed": "true", "silent": "false"}
    with path.open("rb") as file:
        for _line, message, _comments, context in extract(method, file, KEYWORDS, options=options):
            yield Said(where, context, (message,) if isinstance(message, str) else tuple(message))


def definitions() -> Iterator[Said]:
    """Yield the definition of every measure, and every word that fills the blank of one."""
    from clientela.warehouse.measures.definitions import measures_in, texts

    for topic, text in texts().items():
        for measure in measures_in(text):
            for said in filter(None, (measure.definition, measure.group)):
                yield Said(f"clientela/warehouse/measures/{topic}.toml", None, (said,))


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command, those of groups too, with the words that call it; the program itself by none."""
    import click

    from clientela.cli.main import main as program

    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), program)]
    while waiting:
        words, command = waiting.pop()
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None, name
                waiting.append(((*words, name), found))


def help_of(command: click.Command) -> str:
    """Return what a command says of itself, as the catalogues hold it."""
    from clientela.cli.translation import clean_help

    return clean_help(command.help)


def read_po(path: Path) -> Catalog:
    """Read a catalogue."""
    from babel.messages.pofile import read_po as read

    with path.open("rb") as file:
        return read(file, locale=path.parts[-3])


def standing_twice(path: Path) -> list[str]:
    """Return the entries that a catalogue holds more than once, which reading it would hide."""
    entry = re.compile(r'^((?:msgctxt .*\n)?msgid .*\n(?:".*\n)*)', re.MULTILINE)
    found = Counter(entry.findall(path.read_text(encoding="utf-8")))
    return [text for text, times in found.items() if times > 1]


def in_order(path: Path) -> bytes:
    """Return a catalogue as it stands in the project: by its English text, one line a message."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, read_po(path), width=0, sort_output=True, no_location=True)
    return out.getvalue()


def compiled(path: Path) -> bytes:
    """Return a catalogue as gettext reads it; fuzzy entries are left out."""
    from babel.messages.mofile import write_mo

    out = BytesIO()
    write_mo(out, read_po(path))
    return out.getvalue()


def main() -> None:
    """Put every catalogue in order and compile it."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        if twice := standing_twice(path):
            raise SystemExit(f"{path.name} says twice, keep one:\n\n" + "\n".join(twice))
        path.write_bytes(in_order(path))
        path.with_suffix(".mo").write_bytes(compiled(path))


if __name__ == "__main__":
    main()
