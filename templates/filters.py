"""Numbers, money and dates as the reader's country writes them.

All formats come from CLDR through Babel, in the language in use. Nothing else in the product formats.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from clientela.i18n import language
from clientela.italian import day_pattern

NBSP: Final = "\u00a0"
CENTS_UP_TO: Final = 1000
"""Amounts from here on are printed without cents."""

DAY: Final = {"it": "d MMMM y", "en": "d MMM y"}
SHORT_DAY: Final = {"it": "dd/MM/yy", "en": "d MMM y"}
MONTH_NAMES: Final = {"it": "it_IT", "en": "en_US"}
"""British CLDR shortens September to four letters, which no column expects."""

KEPT: Final = 4096
"""How many written values are remembered, of each kind."""

Number = Decimal | float | int


def locale() -> str:
    """Return the CLDR locale of the language in use."""
    return {"it": "it_IT", "en": "en_GB"}[language()]


def money(amount: Number, currency: str = "EUR") -> str:
    """Write an amount: ``1.235 €``, ``87,50 €``."""
    return _money(str(amount), currency, language())


# A list writes the same numbers and days again and again, and CLDR is slow to ask.
@lru_cache(KEPT)
def _money(amount: str, currency: str, _language: str) -> str:
    from babel.numbers import format_currency

    exact = Decimal(amount)
    if abs(exact) < CENTS_UP_TO and exact != exact.to_integral_value():
        return format_currency(exact, currency, locale=locale())
    pattern = f"#,##0{NBSP}¤" if language() == "it" else "¤#,##0"
    return format_currency(exact, currency, format=pattern, locale=locale(), currency_digits=False)


def exact_amount(amount: Number) -> str:
    """Write an amount to the cent without its currency: ``2.500.315,63``."""
    from babel.numbers import format_decimal

    return format_decimal(Decimal(str(amount)), format="#,##0.00", locale=locale())


def count(number: Number) -> str:
    """Write a whole number with its thousands apart."""
    return _whole(round(number), locale())


@lru_cache(KEPT)
def _whole(number: int, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, locale=locale)


def decimal(number: Number) -> str:
    """Write a number with one decimal place at most."""
    from babel.numbers import format_decimal

    return format_decimal(number, format="#,##0.#", locale=locale())


def score(number: float, digits: int = 3) -> str:
    """Write a score with so many decimal places."""
    text = f"{number:.{digits}f}"
    return text.replace(".", ",") if language() == "it" else text


def share(part: Number) -> str:
    """Write a share of 0 to 1 as a percentage: ``12,3 %`` in Italian, ``12.3%`` in English."""
    from babel.numbers import format_percent

    pattern = f"#,##0.#{NBSP}%" if language() == "it" else "#,##0.#%"
    return format_percent(part, format=pattern, locale=locale())


def share_in_column(part: Number) -> str:
    """Write a share with one decimal place always, so that a column lines up: ``5,0 %``."""
    from babel.numbers import format_percent

    pattern = f"#,##0.0{NBSP}%" if language() == "it" else "#,##0.0%"
    return format_percent(part, format=pattern, locale=locale())


def signed(number: Number) -> str:
    """Write a difference with its sign, a true minus; zero as ``=``."""
    whole = round(number)
    if whole == 0:
        return "="
    return f"{'+' if whole > 0 else '−'}{count(abs(whole))}"


def day(on: date | None) -> str:
    """Write a date inside a sentence: ``31 ottobre 2026``, ``1º maggio 2026``."""
    if on is None:
        return ""
    pattern = DAY[language()]
    return _date(on, day_pattern(pattern, on.day) if language() == "it" else pattern, MONTH_NAMES[language()])


def short_day(on: date | None) -> str:
    """Write a date inside a table: ``31/10/26``."""
    return "" if on is None else _date(on, SHORT_DAY[language()], MONTH_NAMES[language()])


@lru_cache(KEPT)
def _date(on: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(on, format=pattern, locale=locale)


def month_name(on: date, *, with_year: bool = True) -> str:
    """Write a month: ``ottobre 2026``."""
    from babel.dates import format_date

    return format_date(on, format="MMMM y" if with_year else "MMMM", locale=locale())


def short_month(on: date) -> str:
    """Write a month on an axis: ``ott``."""
    from babel.dates import format_date

    return format_date(on, format="MMM", locale=locale()).removesuffix(".")


def phone_link(phone: str) -> str:
    """Return the ``tel:`` address of a phone number; letters and marks left out."""
    kept = "".join(sign for sign in phone if sign.isascii() and (sign.isdigit() or sign == "+"))
    return f"tel:{kept}"


def phone_text(phone: str) -> str:
    """Write a phone number as people read it: ``+39 333 123 4567``; others as they are."""
    digits = phone.removeprefix("+39")
    if phone.startswith("+393") and len(digits) == 10 and digits.isdigit():
        return f"+39{NBSP}{digits[:3]}{NBSP}{digits[3:6]}{NBSP}{digits[6:]}"
    return phone


JOINERS: Final = "\u200c\u200d"
"""Signs without a shape that Persian words and family pictures need."""


def harmless(text: str) -> str:
    """Write a name on one line without the signs that are not seen but turn or hide what follows."""
    kinds = ((sign, unicodedata.category(sign)) for sign in text)
    kept = (
        " " if sign.isspace() or kind in ("Zl", "Zp") else sign
        for sign, kind in kinds
        if sign.isspace() or sign in JOINERS or kind not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())


# Jinja itself is not imported here: commands that draw no page write numbers, too.
FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "count": count,
    "decimal": decimal,
    "share": share,
    "share_in_column": share_in_column,
    "signed": signed,
    "day": day,
    "short_day": short_day,
    "month_name": month_name,
    "phone_link": phone_link,
    "phone_text": phone_text,
    "harmless": harmless,
}
