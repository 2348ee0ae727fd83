"""What the till's and the owner's pages share: showing a template, and reading what a person typed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bottle import request

from clientela import i18n
from clientela.i18n import gettext as _
from clientela.referral_server.http import security
from clientela.referral_server.site import asset
from clientela.templates import filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.site import Site

T = TypeVar("T")

MOST_CENTS: Final = 100_000_000
"""A million euro on one receipt is a slip of the finger."""

RECEIPT_LENGTH: Final = 40


class FieldError(Exception):
    """One field cannot be used; the message stands beside it.

    Args:
        field: its name.
        message: one sentence.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def shown(
    site: Site, template: str, *, status: int = 200, script_hash: str | None = None, **values: Any
) -> Any:
    """Return a template as an answer, in the language of the request."""
    language = str(request.environ["clientela.language"])
    common = {"shop": site.settings.shop, "stylesheet": asset("pages.css")}
    html = site.render(template, language, **(common | values))
    return security.page(html, status=status, script_hash=script_hash)


def not_kept() -> str:
    """Return the sentence for who was let in and came back without the cookie: plain http, most often."""
    return _("The browser did not keep the login: open this page over https, or on this very computer.")


def written(site: Site, work: Callable[[Connection], T]) -> T:
    """Do something in a transaction, in the language of the request, which the writer's thread lacks."""
    language = i18n.language()

    def spoken(db: Connection) -> T:
        with i18n.speaking(language):
            return work(db)

    return site.store.write(spoken)


def euro(site: Site, cents: int) -> str:
    """Write an amount as the reader's country does, in the shop's currency."""
    return filters.money(Decimal(cents) / 100, site.settings.shop.currency)


def read_amount(text: str) -> int | None:
    """Read an amount as people write it, ``12,50`` or ``1.234,50 €``; None where there is none.

    Returns:
        Cents.

    Raises:
        FieldError: if it is no amount above zero.
    """
    plain = re.sub(r"[\s€$£]|EUR", "", text)
    if not plain:
        return None
    # A point before three digits parts thousands; a comma does only where a point parts the cents.
    found = re.fullmatch(
        r"([0-9]{1,3}(?:[.'’][0-9]{3})+|[0-9]+)(?:[.,]([0-9]{1,2}))?", plain
    ) or re.fullmatch(r"([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]{1,2})", plain)
    if found is None or not plain.isascii():
        raise FieldError("amount", _("Write the total like this: 12,50."))
    whole, cents = re.sub("[^0-9]", "", found[1]), (found[2] or "").ljust(2, "0")
    value = int(whole[:12] + cents)
    if not 0 < value <= MOST_CENTS:
        raise FieldError("amount", _("This total cannot be right."))
    return value


def read_receipt(text: str) -> str | None:
    """Read a receipt number; None where there is none.

    Raises:
        FieldError: if it is longer than any.
    """
    if len(text) > RECEIPT_LENGTH:
        raise FieldError(
            "receipt", _("A receipt number has at most {n} characters.").format(n=RECEIPT_LENGTH)
        )
    return text.strip() or None
