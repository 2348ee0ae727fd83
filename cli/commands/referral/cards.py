"""Cards with QR and code for the fans to hand on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clientela.cli import options, referral
from clientela.cli.narration import say
from clientela.cli.session import shop_at
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext, speaking

if TYPE_CHECKING:
    from clientela.templates.cards import Card


@click.command(cls=TranslatedCommand)
@click.option(
    "--to",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.pdf",
    required=True,
    help=N_("The file to write."),
)
@click.option("--a6", is_flag=True, help=N_("One card of A6 for each person instead of sheets of ten."))
@referral.customer_option
@click.option("--fans", is_flag=True, help=N_("Only fans and those who bring customers."))
@referral.folder_option
@options.shop
def command(
    path: Path,
    a6: bool,
    customers: tuple[str, ...],
    fans: bool,
    folder: Path | None,
    shop: Path | None,
) -> None:
    """Write cards to print: an A4 sheet of ten, or one of A6 each.

    They are for those whom “referral invite” would invite; who has no link yet gets one. The cards speak the
    language of --lang, else the shop's.

    Example:
        clientela referral cards --to cards.pdf --fans
        clientela referral cards --to anna.pdf --a6 --customer C0061
    """
    from clientela.loyalty.rewards.programme import require_address
    from clientela.templates import cards

    settings = options.settings(shop)
    require_address(settings)
    language = options.asked_language() or settings.shop.language
    made = _cards(shop, customers, folder, language, fans=fans)
    if not made:
        raise ClientelaError(
            _("There is nobody to print a card for."),
            _("See who can be invited: clientela referral invite --dry-run"),
        )
    files = (cards.a6(card, language) for card in made) if a6 else cards.sheets(made, language)
    for written in _write(files, path):
        click.echo(str(written))
    say(ngettext("{count} card.", "{count} cards.", len(made)).format(count=len(made)))


def _cards(
    shop: Path | None, customers: tuple[str, ...], folder: Path | None, language: str, *, fans: bool
) -> list[Card]:
    from clientela.exchange import invite, issued
    from clientela.exchange.other_side import Push
    from clientela.loyalty.people.names import first_name
    from clientela.loyalty.rewards.programme import Programme
    from clientela.templates.cards import card_of

    settings = options.settings(shop)
    timezone = settings.categories.timezone
    with shop_at(settings, None, invite.TABLES) as (db, _day):
        issued.require_store(db, settings, folder)
        if customers:
            found = invite.named(db, timezone, customers)
        else:
            found = invite.candidates(db, timezone, categories=("fan",) if fans else invite.CATEGORIES)
    people = {each.member.customer_id: each.member for each in found if each.refusal is None}
    if not people:
        return []
    if_stopped(step_by_step())
    with referral.open_other_side(settings, folder, create=True) as side:
        invited = side.push_members(Push(list(people.values())))
    if folder:
        referral.say_waiting(len(people) - len(invited), folder)
    programme = Programme.of(settings)
    with speaking(language):
        return [
            card_of(
                programme,
                sender=first_name(people[row.customer_id].name, is_firm=people[row.customer_id].is_firm),
                url=programme.link_url(row.code, "q"),
                spoken=row.spoken,
            )
            for row in invited
        ]


def _write(files: Iterable[bytes], path: Path) -> Iterable[Path]:
    """Write each PDF whole or not at all; the second gets -2 behind its name, and so on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(files, start=1):
        target = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
        yield target
