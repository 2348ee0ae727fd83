"""The commands around links, friends and rewards; a command is the file of its name in this folder."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

from clientela.cli.translation import TranslatedCommand


class ReferralCommands(TranslatedCommand, click.Group):
    """The group; finds its commands as the program does."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the command files."""
        return sorted(name for _finder, name, _package in pkgutil.iter_modules(__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command's file and nothing else."""
        if name not in self.list_commands(ctx):
            return None
        command = import_module(f"{__name__}.{name}").command
        command.name = name
        return command if isinstance(command, click.Command) else None


@click.group(cls=ReferralCommands, no_args_is_help=True)
def command() -> None:
    """Invite your fans, follow whom they bring, and look after the server that serves their links.

    Example:
        clientela referral password
        clientela referral key new --scope till --label "counter"
    """
