"""The program: finds commands by their file, speaks the reader's language, turns failures into sentences."""

from __future__ import annotations

import gettext as python_gettext
import os
import pkgutil
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from clientela import i18n
from clientela.cli import stopped
from clientela.cli.pasting import with_shop
from clientela.cli.translation import TranslatedCommand
from clientela.errors import FULL, ClientelaError, refused_by_the_system
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.terms import ExitCode


def _arguments(arguments: list[str], name: str) -> list[str]:
    """Find the values of an option before Click has parsed anything, first typed first."""
    found = []
    for place, word in enumerate(arguments):
        if word == name and place + 1 < len(arguments):
            found.append(arguments[place + 1])
        elif word.startswith(f"{name}="):
            found.append(word.partition("=")[2])
    return found


def _argument(arguments: list[str], name: str) -> str | None:
    """Find the value of an option; the last one wins, as it does where Click parses."""
    found = _arguments(arguments, name)
    return found[-1] if found else None


def choose_language(arguments: list[str]) -> str:
    """Return the language to speak: ``--lang`` where we know it, the shop's, the environment's, Italian."""
    asked = [code for code in _arguments(arguments, "--lang") if code in i18n.LANGUAGES]
    if asked:
        return asked[-1]
    folder = Path(_argument(arguments, "--shop") or os.environ.get("CLIENTELA_SHOP") or ".")
    try:
        shop = tomllib.loads((folder / "clientela.toml").read_text(encoding="utf-8-sig")).get("shop", {})
    except (OSError, ValueError):
        return i18n.locale_language()
    language = shop.get("language", "it") if isinstance(shop, dict) else "it"
    return language if language in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


def _speak(language: str) -> None:
    """Use a language for our words and for Click's own."""
    i18n.use_language(language)
    os.environ["LANGUAGE"] = language
    python_gettext.bindtextdomain("click", i18n.catalogue_folder())
    python_gettext.textdomain("click")


class Commands(TranslatedCommand, click.Group):
    """The group of all commands; a command is the file of its name in ``cli/commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the command files."""
        from clientela.cli import commands

        return sorted(name for _finder, name, _package in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command's file and nothing else."""
        if name not in self.list_commands(ctx):
            return None
        command = import_module(f"clientela.cli.commands.{name}").command
        command.name = name
        return command if isinstance(command, click.Command) else None


def _print_error(message: str, hint: str) -> None:
    click.echo(click.style(message, bold=True), err=True)
    if hint:
        click.echo(hint, err=True)


def _print_system_error(error: OSError) -> None:
    """Say which file the system refused, and why."""
    hint = (
        _("Free some space and run the command again.")
        if error.errno in FULL
        else _("Check that the file or folder is there and that you may write to it.")
    )
    _print_error(refused_by_the_system(error), hint)


def _print_bug(error: Exception) -> None:
    """Own up to a fault of ours in one sentence; --verbose shows where it is."""
    import traceback

    if "--verbose" in sys.argv:
        click.echo("".join(traceback.format_exception(error)), err=True)
    what = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    _print_error(
        _("clientela made a mistake: {what}.").format(what=what),
        _("Please report it with this line; clientela --verbose … shows more."),
    )


class Program(Commands):
    """The outermost group: prints failures in one sentence and returns the documented exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has read enough is no failure."""
        from clientela.cli.narration import say_on_screen
        from clientela.warehouse.locks import patience

        try:
            with patience(lambda: ctx.params["wait"], say_on_screen):
                return super().invoke(ctx)
        except BrokenPipeError:
            # What is still in the buffer has nobody to go to; the interpreter would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.DONE

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program.

        Raises:
            SystemExit: always, with 0, 1 or 2.
        """
        given = args[0] if args else kwargs.get("args")
        words = list(sys.argv[1:] if given is None else given)
        _speak(choose_language(words))
        stopped.if_stopped("")
        kwargs |= {"standalone_mode": False, "prog_name": "clientela"}
        try:
            code = super().main(*args, **kwargs)
        except (click.exceptions.Abort, KeyboardInterrupt):
            click.echo(stopped.words(), err=True)
            sys.exit(ExitCode.REFUSED)
        except click.ClickException as error:
            error.show()
            sys.exit(ExitCode.REFUSED)
        except ClientelaError as error:
            shop = _argument(words, "--shop")
            _print_error(with_shop(error.message, shop), with_shop(error.hint, shop))
            sys.exit(error.exit_code)
        except OSError as error:
            _print_system_error(error)
            sys.exit(ExitCode.REFUSED)
        except Exception as error:
            _print_bug(error)
            sys.exit(ExitCode.REFUSED)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option(
    "--shop",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    envvar="CLIENTELA_SHOP",
    help=N_("The shop folder. [default: CLIENTELA_SHOP, then this folder]"),
)
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), help=N_("Speak this language."))
@click.option(
    "--wait",
    type=click.IntRange(0, 86_400),
    default=10,
    show_default=True,
    metavar="S",
    help=N_("Wait up to S seconds while another program has the shop's file open."),
)
@click.option("--quiet", is_flag=True, help=N_("Work without saying anything."))
@click.option("--verbose", is_flag=True, help=N_("Say more while working."))
@click.version_option(package_name="clientela", prog_name="clientela", help=N_("Show the version and exit."))
def main(shop: Path | None, lang: str | None, wait: int, quiet: bool, verbose: bool) -> None:
    """Say who your customers really are, from the sales files that you have.

    Example:
        clientela init my-shop
        clientela --shop my-shop load sales.csv
        clientela --shop my-shop report
    """
