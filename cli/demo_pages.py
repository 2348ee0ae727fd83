"""The fan pages of the fictional shop, in a file of their own, so that whoever tries the demo can open them.

In a real shop the address of such a page is a secret that is shown once; the people of this one do not exist.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from clientela.cli.output import guard
from clientela.errors import pasted
from clientela.forgotten import Journal, mark
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clientela.loyalty.people.person import Invited
    from clientela.settings.shop_settings import Settings

HERE: Final = "http://127.0.0.1:8080"
"""Where ``clientela serve`` listens unless told otherwise."""

FILES: Final = {"it": "pagine-dei-fan.csv", "en": "fan-pages.csv"}

COLUMNS: Final = ("customer_id", "name", "spoken", "url", "page")


def path_of(settings: Settings) -> Path:
    """Return the file in the shop folder."""
    return settings.folder / FILES.get(settings.shop.language, FILES["en"])


def paths(settings: Settings) -> list[Path]:
    """Return the file in any language: a shop may have changed its own."""
    return [settings.folder / name for name in FILES.values()]


def forget(settings: Settings) -> None:
    """Take the rows of whoever was forgotten out of the file, whole or not at all."""
    said = Journal.beside(settings.database).erasures()
    for path in paths(settings):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.reader(file))
        except (FileNotFoundError, UnicodeError, csv.Error):
            continue
        left = [
            row
            for row in rows
            if not row or not any(mark(each.key, "member", row[0]) in each.marks for each in said)
        ]
        if left == rows:
            continue
        part = path.with_name(f".{path.name}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(left)
        part.replace(path)


def former(settings: Settings) -> dict[str, str]:
    """Return the pages that an earlier demo wrote down and that still open, by customer."""
    written = _written(settings)
    from clientela.loyalty.people import members
    from clientela.loyalty.store import former as files
    from clientela.loyalty.store.opening import open_existing

    if not written or files.is_missing(settings.referral_store):
        return {}
    store = open_existing(settings.referral_store, settings.folder / files.BACKUPS)
    try:
        with store.read() as db:
            return {
                who: page
                for who, page in written.items()
                if (member := members.by_token(db, page.rpartition("/")[2])) and member.customer_id == who
            }
    finally:
        store.close()


def _written(settings: Settings) -> dict[str, str]:
    """Return what the file says."""
    try:
        with path_of(settings).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeError, csv.Error):
        return {}
    return {row["customer_id"]: row["page"] for row in rows if row.get("customer_id") and row.get("page")}


def write(
    settings: Settings, invited: Iterable[Invited], names: Mapping[str, str], known: Mapping[str, str]
) -> tuple[Path, str]:
    """Write the file, readable by its owner alone; return it and the first fan's page.

    Args:
        settings: the demo's settings.
        invited: the fans with a link.
        names: each one's name.
        known: the pages of an earlier demo, for fans whose secret is not new.
    """
    base, first = address(settings), ""
    path = path_of(settings)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for one in invited:
            page = f"{base}/me/{one.portal_token}" if one.portal_token else known.get(one.customer_id, "")
            first = first or page
            name = names.get(one.customer_id, "")
            rows.writerow([one.customer_id, guard(name), one.spoken, f"{base}/r/{one.code}", page])
    return path, first


def address(settings: Settings) -> str:
    """Return where the pages can be opened: on this machine as long as the settings name no real address."""
    given = settings.referral.base_url.rstrip("/")
    return HERE if (urlsplit(given).hostname or "").endswith(".example") else given


def how_to_open(settings: Settings, page: str) -> str:
    """Say how to look at a fan's page."""
    return _("To open a fan's page, run: clientela --shop {folder} serve — then {page}").format(
        folder=pasted(settings.folder), page=page
    )
