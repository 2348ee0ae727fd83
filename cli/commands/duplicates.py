"""Likely duplicates: people who may be one, for the owner to decide."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings
    from clientela.warehouse.identity.proposals import Programme, Proposal


class DuplicateCommands(TranslatedCommand, click.Group):
    """The group; alone it lists."""


@click.group(cls=DuplicateCommands, invoke_without_command=True)
@click.option("--decided", is_flag=True, help=N_("List what you have decided instead."))
@options.output_format
@options.shop
@click.pass_context
def command(context: click.Context, decided: bool, output_format: str, shop: Path | None) -> None:
    """List people who may be one person, and files that may be of one programme, for you to decide.

    Nobody is joined by a name, by a number with other zeros before it, or by another spelling of an
    address: you say so, once. What you accept holds for every date, also for months already closed, and can
    be undone.

    Example:
        clientela duplicates
        clientela duplicates accept 3f2a9c10
        clientela duplicates refuse 81b0
        clientela duplicates undo 3f2a9c10
    """
    context.meta["clientela.duplicates.shop"] = shop
    if context.invoked_subcommand is None:
        settings = options.settings(shop)
        if decided:
            _list_decided(settings, output_format)
        else:
            _list_open(settings, output_format)


def _list_open(settings: Settings, output_format: str) -> None:
    from clientela.cli.likely import as_json, rows_of

    people, programmes = _open(settings)
    columns = [
        Column("id", _("ID")),
        Column("one", _("one")),
        Column("other", _("the other")),
        Column("why", _("why"), "sentence"),
    ]
    write(columns, rows_of(people, programmes), output_format, as_json(people, programmes))
    if not people and not programmes:
        say(_("Nobody looks like somebody else: there is nothing to decide."))
        return
    count = len(people) + len(programmes)
    say(
        ngettext(
            "{count} to decide. Is it one person? clientela duplicates accept ID. If not: refuse ID.",
            "{count} to decide. Are they one person? clientela duplicates accept ID. If not: refuse ID.",
            count,
        ).format(count=count)
    )


def _list_decided(settings: Settings, output_format: str) -> None:
    from clientela.cli.likely import state_word
    from clientela.cli.session import open_to_read
    from clientela.warehouse.identity.decisions import read_decisions

    with open_to_read(settings) as db:
        found = read_decisions(db)
    columns = [
        Column("merge_id", _("ID")),
        Column("decided_on", _("decided on"), "date"),
        Column("state", _("decision")),
        Column("one", _("one")),
        Column("other", _("the other")),
    ]
    rows: list[dict[str, Any]] = [asdict(each) for each in found]
    payload = {"decisions": [{**row, "decided_on": row["decided_on"].isoformat()} for row in rows]}
    if output_format in ("table", "md"):
        rows = [{**row, "state": state_word(row["state"])} for row in rows]
    write(columns, rows, output_format, payload)
    if not rows:
        say(_("Nothing is decided yet."))


@command.command(cls=TranslatedCommand)
@click.argument("proposal", metavar="ID")
@click.pass_context
def accept(context: click.Context, proposal: str) -> None:
    """Say that the two are one person, or the two files one programme.

    Example:
        clientela duplicates accept 3f2a9c10
    """
    _decide(context, proposal, "accepted")


@command.command(cls=TranslatedCommand)
@click.argument("proposal", metavar="ID")
@click.pass_context
def refuse(context: click.Context, proposal: str) -> None:
    """Say that the two are two: they are not asked about again; who was joined by you is parted.

    Example:
        clientela duplicates refuse 81b0
    """
    _decide(context, proposal, "refused")


@command.command(cls=TranslatedCommand)
@click.argument("proposal", metavar="ID")
@click.pass_context
def undo(context: click.Context, proposal: str) -> None:
    """Undo a decision: things are as before it, and the proposal is open again.

    Example:
        clientela duplicates undo 3f2a9c10
    """
    _decide(context, proposal, "open")


def _open(settings: Settings) -> tuple[list[Proposal], list[Programme]]:
    """Read what is open today."""
    from clientela.warehouse.identity.proposals import TABLES, read_programmes, read_proposals

    with progress(_("Computing")), shop_at(settings, options.today(settings), TABLES) as (db, _day):
        return read_proposals(db), read_programmes(db)


def _decide(context: click.Context, asked: str, state: str) -> None:
    from clientela.cli.likely import said_of
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.identity.decisions import OPEN, decide

    settings = options.settings(context.meta.get("clientela.duplicates.shop"))
    today = options.today(settings)
    people, programmes = ([], []) if state == OPEN else _open(settings)
    with open_shop(settings.database, engine=settings.engine) as db:
        decision = decide(db, asked, state, today, [*people, *programmes])
        with progress(_("Computing")) as tell:
            bring_to_latest_month(db, settings, today, progress=tell)
    say(said_of(decision))
