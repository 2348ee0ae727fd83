"""Every sentence that the command line can say, gathered from the code, the help texts and Click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parent.parent.parent
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "lazy": None, "gettext": None, "ngettext": (1, 2)}
FILES = (
    "cli/**/*.py",
    "clientela/exchange/*.py",
    "clientela/*.py",
    "clientela/settings/*.py",
    "clientela/warehouse/connection.py",
    "clientela/warehouse/locks.py",
    "clientela/warehouse/schema.py",
    "clientela/warehouse/segments.py",
    "clientela/warehouse/building/build.py",
    "clientela/warehouse/history/snapshots.py",
)

Message = str | tuple[str, ...]


def said_in(path: Path) -> Iterator[Message]:
    """Yield the messages of one Python file; those of two forms are pairs."""
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract("python", file, KEYWORDS):
            yield message


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command, those of groups too, with the words that call it; the program itself by none."""
    from clientela.cli.main import main

    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), main)]
    while waiting:
        words, command = waiting.pop()
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                waiting.append(((*words, name), found))


def help_texts() -> Iterator[str]:
    """Yield what the commands say of themselves."""
    from clientela.cli.translation import clean_help

    for _words, command in commands():
        yield clean_help(command.help)


def of_the_command_line() -> set[Message]:
    """Return every message of our own."""
    paths = {path for pattern in FILES for path in ROOT.glob(pattern)}
    return {message for path in paths for message in said_in(path)} | set(help_texts())


def of_click() -> set[Message]:
    """Return every message of Click that our commands can show."""
    folder = Path(click.__file__).parent
    names = ("core", "decorators", "exceptions", "formatting", "parser", "types")
    return {message for name in names for message in said_in(folder / f"{name}.py")}
