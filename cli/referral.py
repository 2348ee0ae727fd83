"""What the commands around links and friends share: the instant, and the other side of the exchange."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from clientela.exchange.other_side import OtherSide
    from clientela.loyalty.people.person import Invited
    from clientela.loyalty.rewards.programme import Programme

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=N_("Exchange by files in this folder, which you carry to the server's computer and back."),
)

customer_option = click.option(
    "--customer",
    "customers",
    multiple=True,
    metavar="ID",
    help=N_("This customer; may be given several times."),
)


def instant(settings: Settings) -> int | None:
    """Return now in milliseconds since 1970 UTC where ``CLIENTELA_TODAY`` takes the place of today.

    Returns:
        That day at the present time of day; None where the clock itself is meant.
    """
    from zoneinfo import ZoneInfo

    if not os.environ.get("CLIENTELA_TODAY"):
        return None
    zone = ZoneInfo(settings.categories.timezone)
    clock = datetime.fromtimestamp(time.time(), zone).timetz()
    return int(datetime.combine(options.today(settings), clock).timestamp() * 1000)


def open_other_side(
    settings: Settings, folder: Path | None = None, *, create: bool = False
) -> AbstractContextManager[OtherSide]:
    """Open the server, the folder or the store that the settings and the options speak of."""
    from clientela.exchange import other_side_choice

    return other_side_choice.open_other_side(settings, folder, create=create, now=instant(settings))


def say_waiting(count: int, folder: Path) -> None:
    """Say that links can only be made where the folder is carried to."""
    if count > 0:
        text = ngettext(
            "{count} link has yet to be made: carry {folder} to the server's computer, run there "
            "“clientela referral carry”, bring it back and repeat this command.",
            "{count} links have yet to be made: carry {folder} to the server's computer, run there "
            "“clientela referral carry”, bring it back and repeat this command.",
            count,
        )
        say(text.format(count=count, folder=folder))


def invitation(programme: Programme, row: Invited, name: str) -> dict[str, Any]:
    """Return what one member is told, by the fields of the JSON answer."""
    page = f"{programme.base_url}/me/{row.portal_token}" if row.portal_token else None
    return {
        "customer_id": row.customer_id,
        "name": name,
        "code": row.code,
        "short_code": row.short_code,
        "spoken": row.spoken,
        "url": programme.link_url(row.code),
        "page": page,
    }
