"""One key for the many spellings of one contact, beside the contact as it is kept.

Two contacts with one key reach, or seem to reach, one person. That is a reason to ask the owner and no proof:
nothing is refused by this key, and it is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from clientela.loyalty.people import look_alikes, mail_providers

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

    from clientela.loyalty.people.contacts import Contact

RULE: Final = 2
"""Grows with every change of what one key is: a store filled by another rule is filled anew when opened."""

REGION: Final = "IT"
"""Where a number without a country is."""

COUNTRY: Final = "39"

MOBILE_FIGURES: Final = 10
"""Figures of an Italian mobile number; what is dialled after them is not heard."""

AS_FIGURES: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1"})
"""Letters that stand in a number for the figures they look like."""

DOTS: Final = str.maketrans(dict.fromkeys("。．｡", "."))
"""Full stops of other scripts, which a domain reads as dots."""


def key(contact: Contact | None) -> str | None:
    """Return the key by which a contact is compared, or None for none."""
    if contact is None:
        return None
    return email_key(contact.value) if contact.kind == "email" else phone_key(contact.value)


def email_key(text: str) -> str:
    """Return the key of an address: the mailbox that it reaches, look-alike letters made one."""
    name, _at, domain = text.rpartition("@")
    domain = look_alikes.plain(_readable(domain.translate(DOTS))).strip(".")
    name, domain = mail_providers.mailbox(look_alikes.plain(name), domain)
    return f"e:{look_alikes.skeleton(name)}@{look_alikes.skeleton(domain)}"


def _readable(domain: str) -> str:
    """Return a domain with its ``xn--`` labels as they are shown."""
    return ".".join(map(_label, domain.casefold().split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def phone_key(text: str) -> str:
    """Return the key of a number: country and number as dialled, without any zero before the number.

    Italian landlines keep their zero when dialled and mobiles have none. Without it both read alike, so that
    ``+39 0333…`` meets ``333…``; a landline and a mobile that differ by that zero alone are asked about.
    """
    # Inside: its tables take as long to load as all the rest of the program.
    import phonenumbers

    figures = _figures(text)
    readings = _readings(figures)
    for reading in readings:
        number = _parsed(reading)
        if number is not None and phonenumbers.is_valid_number(number):
            return f"p:{_dialled(number)}"
    number = _parsed(readings[-1])
    return f"p:{figures.lstrip('+0')}" if number is None else f"p:{_dialled(number)}"


def _figures(text: str) -> str:
    """Return the figures of a number, of any script, and the ``+`` before them; 00 is a ``+``."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(AS_FIGURES)
    figures = "".join(
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else "+" * (sign == "+")
        for sign in plain
    )
    return re.sub(r"^(\+|00)[+0]*", "+", figures)


def _readings(figures: str) -> list[str]:
    """Return the ways to read a number, likeliest first: as it stands, and without a country said twice.

    A way with a zero before the number is followed by the same without it.
    """
    bare, ways = figures.lstrip("+"), [figures]
    while bare.startswith(COUNTRY) and len(bare) > len(COUNTRY):
        bare = bare[len(COUNTRY) :].lstrip("0")
        ways.append(f"+{COUNTRY}{bare}")
    if not figures.startswith(("+", COUNTRY)):
        ways.append(f"+{COUNTRY}{figures.lstrip('0')}")
    return ways


def _parsed(figures: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse(figures, REGION)
    except phonenumbers.NumberParseException:
        return None


def _dialled(number: PhoneNumber) -> str:
    """Return country and number, of an Italian mobile no more figures than it has."""
    national = str(number.national_number)
    if str(number.country_code) == COUNTRY and national.startswith("3"):
        national = national[:MOBILE_FIGURES]
    return f"{number.country_code}{national}"
