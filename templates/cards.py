"""Cards that a fan hands on: ten to an A4 sheet with marks for cutting, or one of A6.

Past ``CARDS_IN_A_FILE`` they come as several files, so that a shop of any size needs the same memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

from clientela.i18n import speaking
from clientela.templates import environment, promise, qr
from clientela.templates.filters import harmless
from clientela.templates.pdf import render
from clientela.templates.signs import drawable

CARDS_ON_A_SHEET: Final = 10
CARDS_IN_A_FILE: Final = 500
"""More cards than this come as several files, see ``sheets``."""

NO_DAY: Final = date(2000, 1, 1)
"""Dates attachments, of which cards have none."""

OFFER_LENGTH: Final = 110
"""Signs of an offer that a card has room for."""

OFFER_SIZES: Final = {"large": (36, 14), "medium": (64, 20)}
"""Signs of an offer that may be printed so large, and of its longest word."""

WIDE: Final = 1.4
"""A capital letter takes the room of so many small ones."""


class CardProgramme(promise.Promises, Protocol):
    """A programme that cards are printed for."""

    @property
    def window_days(self) -> int:
        """How long a saved discount is valid."""
        ...


@dataclass(frozen=True)
class Card:
    """What one card says."""

    shop: str
    """The shop's name."""

    sender: str
    """The fan's first name; may be empty."""

    offer: str
    """What the friend gets, as ``promise.headline`` says it."""

    url: str
    """The whole address that the square holds, channel included."""

    spoken: str
    """The code that is said at the till."""

    window_days: int
    """How long a saved discount is valid."""

    @property
    def offer_size(self) -> str:
        """How large the offer can be printed: ``large``, ``medium`` or ``small``."""
        words = fitting(self.offer, OFFER_LENGTH).split()
        line, longest = _room(" ".join(words)), max(map(_room, words), default=0)
        fits = (size for size, (most, word) in OFFER_SIZES.items() if line <= most and longest <= word)
        return next(fits, "small")


def card_of(programme: CardProgramme, *, sender: str, url: str, spoken: str) -> Card:
    """Return a fan's card; the promise is in the language in use.

    Args:
        programme: what is promised, and for how long.
        sender: the fan's first name.
        url: what the square holds.
        spoken: the code to say aloud.
    """
    return Card(
        shop=programme.shop_name,
        sender=sender,
        offer=promise.headline(programme),
        url=url,
        spoken=spoken,
        window_days=programme.window_days,
    )


def sheet(cards: Sequence[Card], language: str = "it") -> bytes:
    """Return one PDF of A4 sheets, ten cards each, in the order given.

    Args:
        cards: at least one.
        language: it or en.

    Raises:
        NoPdfError: where the system's text library is missing.
    """
    pages = [cards[at : at + CARDS_ON_A_SHEET] for at in range(0, len(cards), CARDS_ON_A_SHEET)]
    return _drawn("sheet", language, shop=cards[0].shop, pages=pages)


def sheets(cards: Sequence[Card], language: str = "it") -> Iterator[bytes]:
    """Yield the PDF files that hold all the cards, ``CARDS_IN_A_FILE`` in each but the last.

    Raises:
        NoPdfError: where the system's text library is missing.
    """
    for at in range(0, len(cards), CARDS_IN_A_FILE):
        yield sheet(cards[at : at + CARDS_IN_A_FILE], language)


def a6(card: Card, language: str = "it") -> bytes:
    """Return the PDF of one card of A6.

    Raises:
        NoPdfError: where the system's text library is missing.
    """
    return _drawn("a6", language, shop=card.shop, card=card)


def _drawn(name: str, language: str, **values: object) -> bytes:
    """Return a template of the cards as a PDF."""
    with speaking(language):
        template = environment().get_template(f"cards/{name}.html")
        helpers = {
            "picture": qr.data_address,
            "fitting": fitting,
            "unbroken": _unbroken,
            "offer_length": OFFER_LENGTH,
        }
        html = template.render(language=language, **helpers, **values)
    return render(html, _styles(name), [], NO_DAY)


@cache
def _styles(name: str) -> tuple[str, ...]:
    """Return the style sheet and the page it is for."""
    folder = files("clientela.templates") / "cards"
    page = {"sheet": SHEET_PAGE, "a6": A6_PAGE}[name]
    return ((folder / "cards.css").read_text("utf-8"), page)


def fitting(text: str, most: int) -> str:
    """Return a text that has room: pictures that no typeface draws left out, the end cut with an ellipsis.

    Args:
        text: a name or an offer.
        most: signs at most, the ellipsis included.
    """
    plain = harmless(drawable(harmless(text), unknown=" ").replace("•", " "))
    if len(plain) <= most:
        return plain
    cut = plain[: most - 1]
    whole_words = re.sub(r"\s+\S*$", "", cut)
    return (whole_words if len(whole_words) > most // 2 else cut) + "…"


def _room(text: str) -> float:
    """Return the room that a text takes, in small letters."""
    return sum(WIDE if sign.isupper() else 1 for sign in text)


def _unbroken(text: str) -> str:
    """Return a text in which no amount stands on another line than its sign."""
    return re.sub(r"(?<=[0-9]) (?=[€%$£])", "\u00a0", text)


def _crop_marks() -> str:
    """Return the lines along which cards are cut, all outside of them: an SVG of the page in millimetres."""
    across = [f"M{x} 5v6M{x} 286v6" for x in (20, 105, 190)]
    down = [f"M11.5 {13.5 + 54 * k:g}h6M192.5 {13.5 + 54 * k:g}h6" for k in range(6)]
    return (
        "%3Csvg xmlns='http://www.w3.org/2000/svg' width='210mm' height='297mm' viewBox='0 0 210 297'%3E"
        f"%3Cpath stroke='%235b6470' stroke-width='.2' d='{''.join(across + down)}'/%3E%3C/svg%3E"
    )


SHEET_PAGE: Final = (
    "@page { size: 210mm 297mm; margin: 0; "
    f'background: url("data:image/svg+xml,{_crop_marks()}") no-repeat 0 0 / 210mm 297mm; }}\n'
)
A6_PAGE: Final = "@page { size: 105mm 148mm; margin: 0; }\n"
