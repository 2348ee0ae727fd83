"""Help in the reader's language: texts, options and usage lines looked up in the catalogues."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Final

import click

from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_

METAVARS: Final = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("FILES..."),
    N_("[DIRECTORY]"),
    N_("[CATEGORY]"),
    N_("CUSTOMER"),
    N_("QUERY"),
)
"""What stands for a value in the usage lines."""


ABOUT_HELP: Final = N_("Show this message and exit.")
"""Click words it once and keeps it in the language of that moment."""


SHOWN_BEHIND: Final = ("shop", "lang")
"""The options of the program that the help of every command names; the others work there too."""


class TranslatedCommand(click.Command):
    """A command whose help and options are looked up in the catalogues."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help text in the reader's language."""
        original = self.help
        self.help = spoken_help(original)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = original

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the words behind the command's name in the reader's language."""
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence in the reader's language."""
        return _(clean_help(self.help)).split("\n\n")[0].replace("\n", " ") if self.help else ""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options with their help translated."""
        found = super().get_params(ctx)
        end = len(found) - 1 if found and "--help" in found[-1].opts else len(found)
        found[end:end] = self._of_the_program(ctx, {option.name for option in found})
        for option in found:
            if isinstance(option, click.Option) and option.help:
                source = ABOUT_HELP if "--help" in option.opts else option.help
                option.help = _(self._sources.setdefault(option.name or "", source))
        return found

    def _of_the_program(self, ctx: click.Context, own: set[str | None]) -> list[click.Parameter]:
        """Return the options of the program that also work behind this command, its own left out."""
        program = ctx.find_root().command
        if program is self or not isinstance(program, TranslatedCommand):
            return []
        for option in program.params:
            if isinstance(option, click.Option) and not option.is_eager and option.name not in own:
                self._behind.setdefault(str(option.name), _behind(option, program.source_of(option)))
        return [*self._behind.values()]

    def source_of(self, option: click.Option) -> str | None:
        """Return the help of an option as written, whatever language it was last shown in."""
        return self._sources.get(option.name or "", option.help)

    @cached_property
    def _behind(self) -> dict[str, click.Option]:
        """Copies of the program's options by their name, made when they are first asked for."""
        return {}

    @cached_property
    def _sources(self) -> dict[str, str]:
        """The help of each option as written, for a process that speaks both languages in turn."""
        return {}


def _behind(option: click.Option, about: str | None) -> click.Option:
    """Return an option of the program as it stands behind a command: what it says counts for the program."""

    def keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
        if value is not None and value is not False:
            ctx.find_root().params[str(param.name)] = value

    # Said of an option with a value, even a no would let the value be left out.
    flag = {"is_flag": True} if option.is_flag else {}
    return click.Option(
        [*option.opts],
        type=option.type,
        **flag,
        metavar=option.metavar,
        help=about,
        hidden=option.name not in SHOWN_BEHIND,
        expose_value=False,
        callback=keep,
    )


def clean_help(text: str | None) -> str:
    """Return a help text as the catalogues hold it: without indentation."""
    return inspect.cleandoc(text or "").strip()


def spoken_help(text: str | None) -> str | None:
    """Return a help text in the reader's language; a paragraph with indented lines keeps its lines."""
    if not text:
        return text
    paragraphs = _(clean_help(text)).split("\n\n")
    return "\n\n".join("\b\n" + each if "\n  " in each else each for each in paragraphs)
