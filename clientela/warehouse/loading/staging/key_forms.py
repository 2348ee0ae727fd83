"""One form for each kind of key, or none: check digits, lengths, fillers, what a spreadsheet has spoilt.

A text that fails the form is no key of anybody; its row stays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from clientela import forgotten
from clientela.warehouse.loading.staging.known_words import folded, words
from clientela.warehouse.loading.staging.shop_rules import ShopRules

_ROUNDED: Final = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+\d+")
"""A number that a spreadsheet has cut to its first figures."""

_SEVERAL: Final = re.compile(r"\s*(?:[;|,]|\s/\s|/(?=\s*[+0-9])|\s[-–]\s|\bo\b|\be\b|\bor\b)\s*")
_ENOUGH: Final = 6
"""Figures that a phone number has at least."""

_UNUSED: Final = re.compile(r"(\d)\1{5,}|0*123456789?0?|9876543210")


@dataclass(frozen=True)
class Form:
    """What a text is as a key."""

    value: str | None
    """Its one spelling; None where it is no key."""

    code: str | None = None
    """Why the cell is listed: ``placeholder_key``, ``damaged_key``, ``invalid_key``, ``own_contact``,
    ``several_keys``; None where there is nothing to say."""


def key_form(kind: str, text: str, rules: ShopRules) -> Form:
    """Return the form of a text as a key.

    Args:
        kind: a field of ``PERSON_KEYS``.
        text: a cell, not blank.
        rules: the shop's settings.
    """
    bare = text.strip().removeprefix("'").strip()
    if forgotten.is_token(bare):
        # It stands for somebody who was forgotten, and says the same of them in every file.
        return Form(bare)
    if is_placeholder(bare):
        return Form(None, "placeholder_key")
    if _ROUNDED.fullmatch(bare):
        return Form(None, "damaged_key")
    if kind == "email":
        return _email(bare, rules)
    if kind == "phone":
        return _phone(bare, rules)
    if kind == "vat_number":
        return _vat_number(bare, rules)
    return _tax_code(bare, rules) if kind == "tax_code" else Form(bare)


def is_placeholder(text: str) -> bool:
    """Tell whether a text stands where there is no key: a dash, n/d, zeros, nines, crosses."""
    plain = text.lower()
    signs = re.sub(r"[\W_]", "", plain)
    return (
        plain in words("nobody", "keys")
        or not signs
        or not signs.strip("0o")
        or (not signs.strip("x") and len(signs) >= 3)
        or (not signs.strip("9") and len(signs) >= 5)
        or re.fullmatch(r"[0o]*9{7,}", signs) is not None
    )


def _email(text: str, rules: ShopRules) -> Form:
    """Lower case and composed, checked without a network; relays and the shop's own are nobody's."""
    from email_validator import EmailNotValidError, validate_email

    if text.count("@") > 1:
        return Form(None, "several_keys")
    inside = re.search(r"<([^<>]+@[^<>]+)>", text)
    address = unicodedata.normalize("NFC", inside[1] if inside else text.removeprefix("mailto:")).lower()
    if address in {own.strip().lower() for own in rules.own_contacts}:
        return Form(None, "own_contact")
    name, _at, domain = address.partition("@")
    if folded(re.sub(r"[._-]", " ", name)) in _mailboxes() or domain in words("nobody", "domains"):
        return Form(None, "placeholder_key")
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Form(None, "invalid_key")
    return Form(address)


def _mailboxes() -> frozenset[str]:
    return frozenset(map(folded, words("nobody", "mailboxes")))


def _phone(text: str, rules: ShopRules) -> Form:
    """E.164; of several numbers in a cell the first that is one.

    A number counts that has a length its country knows: which prefixes are given out changes every year.
    """
    whole = _number(text, rules.region)
    if whole is not None:
        own = {_number(contact, rules.region) for contact in rules.own_contacts if "@" not in contact}
        return Form(None, "own_contact") if whole in own else Form(whole)
    parts = [part for part in _SEVERAL.split(text) if part]
    numbers = [number for part in parts if (number := _number(part, rules.region))]
    return Form(numbers[0], "several_keys") if len(parts) > 1 and numbers else Form(None, "invalid_key")


def _number(text: str, region: str) -> str | None:
    """Return one phone number as E.164; None where the text is none."""
    # Inside: its tables take long to load.
    import phonenumbers

    bare = re.sub(r"\.0$", "", text.strip().removeprefix("'"))
    figures = re.sub(r"\D", "", bare)
    if len(figures) < _ENOUGH or _UNUSED.fullmatch(figures) or re.search(r"[a-zA-Z]{4,}", bare):
        return None
    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", bare), region)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if not phonenumbers.is_possible_number(number) or _UNUSED.fullmatch(national):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _vat_number(text: str, rules: ShopRules) -> Form:
    """Without IT, eleven digits again where a spreadsheet ate the zeros; of other countries with letters."""
    from stdnum import get_cc_module

    bare = re.sub(r"\.0$", "", text)
    bare = re.sub(r"[^0-9A-Z]", "", bare.upper())
    country = bare[:2] if bare[:2].isalpha() else ""
    number = bare[2:] if country in (rules.region, "IT") else bare
    country = country or rules.region
    if country == "IT" and re.fullmatch(r"\d{8,10}", number):
        number = number.zfill(11)
    if is_placeholder(number) or is_placeholder(number.removeprefix(country)):
        return Form(None, "placeholder_key")
    if country == "IT":
        return Form(number) if _has_italian_check_digit(number) else Form(None, "invalid_key")
    module = get_cc_module("gr" if country == "EL" else country.lower(), "vat")
    if module is None or not module.is_valid(number):
        return Form(None, "invalid_key")
    return Form(number)


def _has_italian_check_digit(number: str) -> bool:
    """Tell whether eleven digits end in their check digit; which tax office gave them proves nothing."""
    from stdnum import luhn

    return len(number) == 11 and number.isdigit() and luhn.is_valid(number)


def _tax_code(text: str, rules: ShopRules) -> Form:
    """Sixteen signs of a person or eleven digits of a company, with their check digit."""
    from stdnum.it import codicefiscale

    bare = re.sub(r"[^0-9A-Z]", "", re.sub(r"\.0$", "", text).upper())
    if rules.region != "IT":
        return Form(bare) if len(bare) >= _ENOUGH else Form(None, "invalid_key")
    if re.fullmatch(r"(IT)?\d{11}", bare):
        bare = bare[-11:]
    if re.fullmatch(r"\d{8,10}", bare):
        bare = bare.zfill(11)
    is_person = len(bare) == 16 and codicefiscale.is_valid(bare)
    sound = is_person or _has_italian_check_digit(bare)
    return Form(bare) if sound else Form(None, "invalid_key")
