"""Exchange what is new with the referral server."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clientela.cli import options, referral
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.terms import ExitCode

if TYPE_CHECKING:
    from clientela.exchange.sync import Synced

TABLES: Final = {
    "referral_links": N_("links"),
    "referral_clicks": N_("days of clicks"),
    "referrals": N_("friends"),
    "customers": N_("contacts"),
    "consents": N_("consents"),
    "coupons": N_("discounts used"),
    "referral_rewards": N_("rewards"),
    "members": N_("members brought up to date"),
    "sales": N_("friends whose purchases changed"),
}
"""What each row of the answer is about."""


@click.command(cls=TranslatedCommand)
@referral.folder_option
@options.output_format
@options.shop
def command(folder: Path | None, output_format: str, shop: Path | None) -> int:
    """Fetch clicks, friends, discounts and rewards; tell the server which friends have bought.

    Only what is new travels, and repeating the command changes nothing. The server is the one in the
    settings (server_url, with the key in CLIENTELA_REFERRAL_KEY), else the database in the shop folder.

    Example:
        clientela referral sync
        clientela referral sync --folder /media/usb/referral
    """
    from clientela.exchange import issued, state
    from clientela.exchange.sync import sync
    from clientela.warehouse.connection import open_shop

    settings = options.settings(shop)
    if_stopped(step_by_step())
    with contextlib.ExitStack() as stack:
        db = stack.enter_context(open_shop(settings.database, engine=settings.engine))
        issued.require_store(db, settings, folder)
        side = stack.enter_context(referral.open_other_side(settings, folder))
        tell = stack.enter_context(progress(_("Exchanging")))
        if folder is not None:
            state.remember_folder(db, folder)
        done = sync(db, settings, side, today=options.today(settings), progress=tell)
    rows = _rows(done)
    columns = [
        Column("direction", ""),
        Column("what", ""),
        Column("records", _("rows"), "count"),
        Column("new", _("new"), "count"),
        Column("quarantined", _("to correct"), "count"),
        Column("money", _("amount"), "money"),
    ]
    shown = [row | {"what": _what(row["table"]), "direction": _arrow(row)} for row in rows]
    is_screen = output_format in ("table", "md")
    if rows or not is_screen:
        write(columns, shown if is_screen else rows, output_format, _payload(done, rows))
    _say(done, folder)
    return ExitCode.FINDINGS if done.quarantined else ExitCode.DONE


def _what(table: str) -> str:
    words = TABLES[table]
    return _(words)


def _arrow(row: dict[str, Any]) -> str:
    return _("came") if row["direction"] == "in" else _("went")


def _rows(done: Synced) -> list[dict[str, Any]]:
    """Return what came and went, one row a table."""
    rows: dict[str, dict[str, Any]] = {}
    for load in done.loads:
        row = rows.setdefault(
            load.table,
            {"direction": "in", "table": load.table, "records": 0, "new": 0, "quarantined": 0, "money": None},
        )
        row["records"] += load.records.in_
        row["new"] += load.records.merged
        row["quarantined"] += load.records.quarantined
        if load.table == "referral_rewards":
            row["money"] = (row["money"] or 0) + load.money.written
    if "coupons" in rows:
        rows["coupons"]["money"] = done.discounts
    ordered = [rows[table] for table in TABLES if table in rows]
    for table, count in (("members", done.members), ("sales", done.outcomes.changed)):
        if count:
            ordered.append(
                {
                    "direction": "out",
                    "table": table,
                    "records": count,
                    "new": count,
                    "quarantined": 0,
                    "money": None,
                }
            )
    return ordered


def _payload(done: Synced, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "as_of": done.as_of,
        "facts": done.counts,
        "rows": rows,
        "outcomes": {
            "changed": done.outcomes.changed,
            "unchanged": done.outcomes.unchanged,
            "unknown": done.outcomes.unknown,
        },
    }


def _say(done: Synced, folder: Path | None) -> None:
    for load in done.loads:
        for reason in load.reasons:
            say(
                ngettext(
                    "{count} row of “{what}” was not taken ({code}). {advice}",
                    "{count} rows of “{what}” were not taken ({code}). {advice}",
                    reason.records,
                ).format(count=reason.records, what=_what(load.table), code=reason.code, advice=reason.advice)
            )
    if done.unknown:
        say(
            ngettext(
                "{count} fact of a newer server was left out: update clientela here.",
                "{count} facts of a newer server were left out: update clientela here.",
                done.unknown,
            ).format(count=done.unknown)
        )
    if done.outcomes.waiting and folder:
        say(
            _("Carry {folder} to the server's computer and run there: clientela referral carry").format(
                folder=folder
            )
        )
    if not done.merged and not done.members and not done.outcomes.changed:
        say(_("Nothing new."))
