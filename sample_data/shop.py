"""Who the fictional shop is, as the settings file wants it."""

from __future__ import annotations

from clientela.sample_data.opening import CLOSURES, OPENED


def shop_toml() -> str:
    """Return ``shop.toml``: the shop's identity and the settings that its files need."""
    closures = "\n".join(
        f'    {{ from = "{start}", to = "{end}", reason = "{reason}" }},' for start, end, reason in CLOSURES
    )
    return f"""\
# A fictional shop: no person, firm or town in these files exists.
[shop]
name = "Bottega del Fico"
description = "Enogastronomia di quartiere: formaggi, salumi, vini e cesti da regalo"
town = "Montefico"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
trade = "shop"
opened_on = "{OPENED}"
hourly_cost = 24.0
closures = [
{closures}
]

[categories]
history_complete = true

[referral]
base_url = "https://negozio.example"
window_days = 90
"""
