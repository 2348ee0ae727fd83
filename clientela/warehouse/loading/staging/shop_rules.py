"""What the shop's settings say about the values of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings


@dataclass(frozen=True)
class ShopRules:
    """Settings that decide how a cell is read."""

    currency: str = "EUR"
    region: str = "IT"
    """Country of a phone number that names none, of a VAT number without letters."""

    believable_from: date = date(1990, 1, 1)
    """No sale is older; an earlier date is a mistake."""

    own_contacts: tuple[str, ...] = ()
    """The shop's own e-mails and phones: on a receipt they are nobody's."""

    shared_key_names: int = 3
    """Names under which one person may stand."""


def shop_rules(settings: Settings) -> ShopRules:
    """Return what a shop's settings say."""
    return ShopRules(
        settings.shop.currency.upper(),
        settings.shop.country.upper(),
        settings.categories.believable_from,
        tuple(settings.shop.own_contacts),
        settings.categories.shared_key_names,
    )
