"""The calls of the month, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clientela.cli import options
from clientela.cli.commands.explain import find_customer
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import LANGUAGES, ngettext, speaking
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OUTCOMES: Final = {
    "bought": N_("has bought"),
    "reached": N_("reached"),
    "no_answer": N_("no answer"),
    "refused": N_("not interested"),
    "wrong_number": N_("wrong number"),
}

FORMER_WORDS: Final = {"raggiunto": "reached", "non interessato": "refused"}
"""What an owner may have learned to write before the words changed."""

KINDS: Final = {"silent": N_("silent best customer"), "late": N_("late"), "lost": N_("lost")}

TABLES: Final = ("marts.call_list", "marts.call_notes", "marts.call_trial", "marts.customers")
"""What the list of calls is read from."""

MOST_EUROS: Final = Decimal(10) ** 9


class OutcomeType(click.ParamType[str]):
    """What came of a call, by its English code or in words of either language."""

    name = "OUTCOME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code."""
        words = {code: code for code in OUTCOMES} | FORMER_WORDS
        for language in LANGUAGES:
            with speaking(language):
                words |= {_(word): code for code, word in OUTCOMES.items()}
        asked = str(value).strip().lower().replace("-", "_")
        code = words.get(asked) or words.get(asked.replace("_", " "))
        if code is None:
            known = ", ".join(_(word) for word in OUTCOMES.values())
            self.fail(_("“{value}” is not an outcome; they are: {known}.").format(value=value, known=known))
        return code


class EurosType(click.ParamType[Decimal]):
    """An amount, with a point or a comma."""

    name = "AMOUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the amount, or say how it is written."""
        try:
            amount = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount < MOST_EUROS:
            self.fail(_("“{value}” is not an amount; write it as 45.50.").format(value=value), param, ctx)
        return amount.quantize(Decimal("0.01"))


class ActionCommands(TranslatedCommand, click.Group):
    """A group whose help speaks the reader's language."""


@click.group(cls=ActionCommands, no_args_is_help=True)
def command() -> None:
    """See whom to call this month, and note what came of it.

    Example:
        clientela actions list
        clientela actions done C0042 --outcome bought --euros 45
    """


@command.command("list", cls=TranslatedCommand)
@options.as_of
@options.output_format
@options.shop
def list_actions(as_of: date | None, output_format: str, shop: Path | None) -> None:
    """List whom to call, the most urgent first, with what has been noted; the comparison group comes last.

    With holdout = true under [actions] in clientela.toml the report leaves one in ten alone, at random, so
    that calling itself can be graded. Fans and silent best customers are always called.

    Example:
        clientela actions list
        clientela actions list --format csv > calls.csv
    """
    settings = options.settings(shop)
    with shop_at(settings, as_of, TABLES) as (db, day):
        rows, alone = _calls(db), _left_alone(db)
    columns = [
        Column("position", _("No."), "number"),
        Column("customer_id", _("customer")),
        Column("name", _("name")),
        Column("phone", _("phone")),
        Column("why", _("why")),
        Column("at_stake", _("at stake"), "money"),
        Column("outcome_said", _("outcome")),
        Column("euros", _("sales"), "money"),
    ]
    if output_format in ("csv", "xlsx"):
        columns[4], columns[6] = Column("kind", "kind"), Column("outcome", "outcome")
        columns.insert(6, Column("can_call", "can_call"))
    kept = [{key: value for key, value in row.items() if key not in ("why", "outcome_said")} for row in rows]
    payload = {"as_of": day, "rows": kept, "hold_out": alone}
    do_not = {"kind": "hold_out", "why": _("comparison group: do not call this month")}
    write(columns, [*rows, *({**one, **do_not} for one in alone)], output_format, payload)
    noted = sum(row["outcome"] is not None for row in rows)
    text = ngettext(
        "{calls} person to call, {noted} noted.", "{calls} people to call, {noted} noted.", len(rows)
    )
    say(text.format(calls=len(rows), noted=noted))


def _calls(db: DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the call list with what has been noted of this month's calls."""
    names = ("position", "customer_id", "name", "phone", "kind", "at_stake", "can_call", "outcome", "euros")
    rows = db.execute(
        """
        select calls.position, calls.customer_id, calls.name, calls.phone, calls.kind, calls.at_stake,
            calls.can_call, notes.outcome, notes.euros
        from marts.call_list as calls
        left join marts.call_notes as notes
            on notes.customer_id = calls.customer_id and notes.as_of = getvariable('as_of')
        order by calls.position
        """
    ).fetchall()
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        row["why"] = _(KINDS[row["kind"]])
        row["outcome_said"] = _(OUTCOMES[row["outcome"]]) if row["outcome"] else None
    return found


def _left_alone(db: DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the comparison group."""
    rows = db.execute(
        """
        select trial.customer_id, customers.name
        from marts.call_trial as trial
        inner join marts.customers on customers.customer_id = trial.customer_id and customers.is_listed
        where trial.arm = 'hold_out' order by customers.name, trial.customer_id
        """
    ).fetchall()
    return [{"customer_id": row[0], "name": row[1]} for row in rows]


@command.command("done", cls=TranslatedCommand)
@click.argument("customer")
@click.option(
    "--outcome",
    type=OutcomeType(),
    metavar="OUTCOME",
    help=N_("bought, reached, no-answer, refused or wrong-number. [default: reached, with --euros bought]"),
)
@click.option("--euros", type=EurosType(), metavar="AMOUNT", help=N_("What they have bought for."))
@options.shop
def done(customer: str, outcome: str | None, euros: Decimal | None, shop: Path | None) -> None:
    """Note what came of a call of this month's list; a later note takes the place of an earlier one.

    The customer is an id, a name or a part of it, an e-mail address or a phone number.

    Example:
        clientela actions done C0042 --outcome bought --euros 45
        clientela actions done "Anna Bruni" --outcome no-answer
    """
    from clientela.warehouse.building.build import build_marts
    from clientela.warehouse.predictions.call_trials import Note, note_outcome

    settings = options.settings(shop)
    outcome = outcome or ("bought" if euros else "reached")
    if euros and outcome != "bought":
        raise ClientelaError(
            _("Who has not bought has spent nothing: --euros goes with --outcome bought."),
            _("Note the sale with: clientela actions done CUSTOMER --outcome bought --euros {euros}").format(
                euros=euros
            ),
        )
    if_stopped(step_by_step())
    with _this_month(settings) as (db, day):
        customer_id = find_customer(db, customer)
        _check_listed(db, customer_id)
        note_outcome(db, day, Note(customer_id, outcome, euros), datetime.now(UTC).replace(tzinfo=None))
        build_marts(db, settings, day)
    say(_("{customer}: {outcome}, noted.").format(customer=customer_id, outcome=_(OUTCOMES[outcome])))


@contextmanager
def _this_month(settings: Settings) -> Iterator[tuple[DuckDBPyConnection, date]]:
    """Open the shop to write, its marts at the latest closed month."""
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop

    with open_shop(settings.database, engine=settings.engine) as db:
        yield db, bring_to_latest_month(db, settings, options.today(settings))


def _check_listed(db: DuckDBPyConnection, customer_id: str) -> None:
    """Refuse a note on somebody who is not to be called; warn where they are left alone for comparison."""
    listed = "select 1 from marts.call_list where customer_id = ?"
    if db.execute(listed, [customer_id]).fetchall():
        return
    alone = "select 1 from marts.call_trial where customer_id = ? and arm = 'hold_out'"
    if db.execute(alone, [customer_id]).fetchall():
        say(_("{customer} is in the comparison group: do not call this month.").format(customer=customer_id))
        return
    raise ClientelaError(
        _("{customer} is not on this month's call list.").format(customer=customer_id),
        _("See whom to call with: clientela actions list"),
    )


__all__ = ["command"]
