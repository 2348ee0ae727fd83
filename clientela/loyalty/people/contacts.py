"""Contacts: an e-mail address or a phone number in one spelling, the warehouse's own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

LENGTH: Final = 254
"""Signs of an e-mail address at most (RFC 5321)."""

_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")
_PHONE: Final = re.compile(r"\+?[0-9]{6,15}")
_PHONE_SIGNS: Final = re.compile(r"[0-9+()./\s–-]+")

UNFIT: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Unicode categories of what no address holds: controls, halves of a pair, private and unknown signs."""


@dataclass(frozen=True)
class Contact:
    """How somebody can be reached."""

    kind: Literal["email", "phone"]
    value: str
    """As the warehouse spells it: ``anna@posta.example``, ``+393331234567``."""

    @property
    def channel(self) -> str:
        """The channel that a consent for this contact names: ``email`` or ``whatsapp``."""
        return "email" if self.kind == "email" else "whatsapp"


def spell_email(text: str) -> str:
    """Return an address as the warehouse spells it."""
    return text.lower()


def spell_phone(text: str) -> str:
    """Return a number as the warehouse spells it: E.164 where it says enough, Italian without a country."""
    digits = re.sub("[^0-9+]", "", text)
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("+"):
        return digits
    if digits.startswith("3") and len(digits) in (9, 10):
        return "+39" + digits
    if digits.startswith("0") and 6 <= len(digits) <= 11:
        return "+39" + digits
    if digits.startswith("39") and len(digits) in (11, 12):
        return "+" + digits
    return digits


def normalise(text: str) -> Contact | None:
    """Read what somebody typed as a contact.

    Returns:
        The contact, or None where the text is neither an e-mail address nor a phone number of 6 to 15 digits.
    """
    plain = _seen(unicodedata.normalize("NFKC", text)).strip()
    if not plain or len(plain) > LENGTH or any(map(_is_unfit, plain)):
        return None
    if "@" in plain:
        return _checked("email", spell_email(plain), _EMAIL)
    return _checked("phone", spell_phone(plain), _PHONE) if _PHONE_SIGNS.fullmatch(plain) else None


def _seen(text: str) -> str:
    """Return a text without the signs that nobody sees: a number copied from a messenger carries some."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _is_unfit(sign: str) -> bool:
    return unicodedata.category(sign) in UNFIT and not sign.isspace()


def _checked(kind: Literal["email", "phone"], value: str, form: re.Pattern[str]) -> Contact | None:
    return Contact(kind, value) if form.fullmatch(value) and len(value) <= LENGTH else None


def of_value(value: str) -> Contact:
    """Return a stored contact with its kind."""
    return Contact("email" if "@" in value else "phone", value)


def masked(value: str) -> str:
    """Return a contact so that who knows it recognises it: ``…567``, ``a…@posta.example``."""
    name, at, host = value.partition("@")
    return f"{name[:1]}…@{host}" if at else f"…{value[-3:]}"
