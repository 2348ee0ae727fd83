"""The people of the shop: names, ways to reach them, habits; every one of them invented."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from clientela.sample_data import names
from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import moment
from clientela.sample_data.plan import Newcomer
from clientela.sample_data.scripts import ODD_CASES
from clientela.sample_data.shelf import CATEGORIES

SHOP_EMAIL: Final = "bottega@fico.example"
"""Typed at the till for people who gave no address of their own: it must join nobody."""

SOURCES: Final = ("shop_window", "site", "search", "social", "flyer", "press", "radio", "event", "unknown")
_SOURCE_WEIGHTS: Final = (34, 10, 9, 16, 9, 3, 3, 7, 9)


@dataclass(frozen=True)
class Person:
    """One row of customers.csv, with the habits that nobody writes down."""

    customer_id: str
    role: str
    seen_at: datetime
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    card: str
    tax_code: str
    vat_number: str
    street: str
    town: int
    source: str
    level: float
    """How much this person spends beside the others; 1 is usual."""

    favourites: tuple[str, ...]
    web: float
    """Share of the purchases that are ordered on the site."""

    @property
    def name(self) -> str:
        """The name as the shop writes it."""
        return self.company or f"{self.first_name} {self.last_name}"


def christen(cast: list[Newcomer]) -> list[Person]:
    """Give everybody an id, a name and ways to be reached."""
    people = [_person(number, newcomer) for number, newcomer in enumerate(cast, start=1)]
    return _share_contacts(people)


def ascii_letters(text: str) -> str:
    """Return a name as it would stand in an e-mail address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum())


def made_up_tax_code(number: int) -> str:
    """Return a tax code with its check letter of nobody: no municipality has the letter X."""
    from stdnum.it import codicefiscale

    code = f"FNTFNT00A{1 + number // 1000:02d}X{number % 1000:03d}"
    return code + str(codicefiscale.calc_check_digit(code))


def made_up_vat_number(number: int) -> str:
    """Return a VAT number with its check digit of nobody: none that begins with 999 is given out."""
    from stdnum import luhn

    # The three digits before the last one are an office; 999 is one that foreigners get.
    digits = f"999{number:04d}999"
    return digits + str(luhn.calc_check_digit(digits))


def _person(number: int, newcomer: Newcomer) -> Person:
    chance = Chance(f"person {number}")
    role = newcomer.role
    firm = role == "company" or role in _TOXIC_FIRMS
    first = chance.pick(names.WOMEN if chance.happens(0.58) else names.MEN)
    last = chance.pick(names.SURNAMES)
    certain = role in _REACHABLE or firm
    has_email, has_phone = chance.happens(0.66) or certain, chance.happens(0.58) or certain
    email = (
        f"{ascii_letters(first)}.{ascii_letters(last)}{number}@example.{chance.pick(('com', 'org', 'net'))}"
    )
    if not has_email and not has_phone and role == "prospect":
        has_email = True
    card = newcomer.life.days and chance.happens(0.62) and not firm
    tax_code = made_up_tax_code(number)
    return Person(
        customer_id=f"C{number:04d}",
        role=role,
        seen_at=_first_written(chance, newcomer),
        first_name=first,
        last_name=last,
        company="",
        email=email if has_email else "",
        phone=_phone(chance, number) if has_phone else "",
        card=f"29{number:06d}" if card or role in _CARD_HOLDERS else "",
        tax_code=tax_code if chance.happens(0.05) or firm else "",
        vat_number=made_up_vat_number(number) if firm else "",
        street=f"{chance.pick(names.STREETS)} {chance.between(1, 90)}" if chance.happens(0.3) or firm else "",
        town=chance.weighted((0, 1, 2), (78, 14, 8)),
        source=chance.weighted(SOURCES, _SOURCE_WEIGHTS),
        level=_level(chance, role, firm),
        favourites=tuple(chance.some(tuple(CATEGORIES), 3)),
        web=chance.pick((0.0, 0.0, 0.0, 0.15, 0.6)) if has_email and role == "ordinary" else 0.0,
    )


def _first_written(chance: Chance, newcomer: Newcomer) -> datetime:
    """Return when the shop wrote them down: before their first document in any case."""
    at = moment(chance, newcomer.seen_on)
    return at.replace(hour=9, minute=0) if newcomer.role in _ODD else at


_ODD: Final = frozenset(case.name for case in ODD_CASES)
_TOXIC_FIRMS: Final = (
    "toxic_unpaid_urgent",
    "toxic_unpaid_price",
    "toxic_unpaid_scope",
    "toxic_unpaid_clarity",
)
_REACHABLE: Final = ("waiting", "silent_best", "connector", "toxic_times_scope", "toxic_price_times")
_CARD_HOLDERS: Final = ("silent_best", "connector", "refund_without_its_order")


def _level(chance: Chance, role: str, firm: bool) -> float:
    """Return how much a person spends; firms and the silent best much, connectors little."""
    spread = math.exp(0.45 * chance.normal())
    if firm:
        return 2.6 * spread
    return {"silent_best": 2.3 + 0.1 * spread, "connector": 0.3, "christmas": 1.5 * spread}.get(role, spread)


def _phone(chance: Chance, number: int) -> str:
    """Return a number nobody can have: 300 is no Italian mobile prefix. Written as tills write it."""
    tail = f"{5550000 + number}"
    shapes = (
        f"+39 300 {tail[:3]} {tail[3:]}",
        f"300 {tail}",
        f"300-{tail}",
        f"+39300{tail}",
        f"0039 300 {tail}",
    )
    return chance.weighted(shapes, (5, 3, 1, 2, 1))


def _share_contacts(people: list[Person]) -> list[Person]:
    """Let families share a phone, some share the shop's own e-mail, and two people be written twice."""
    firms = iter(names.FIRMS)
    plain = [person.customer_id for person in people if person.role == "ordinary"]
    chance = Chance("shared contacts")
    families = chance.some(plain, 9)
    shop_email = set(chance.some([one for one in plain if one not in families], 6))
    head: dict[int, Person] = {}
    twice: dict[str, Person] = {}
    found = []
    for person in people:
        if person.vat_number:
            firm = next(firms)
            person = replace(person, company=firm, email=f"info@{ascii_letters(firm)}.example")
        elif person.customer_id in families:
            parent = head.setdefault(families.index(person.customer_id) // 3, person)
            phone = parent.phone or _phone(chance, int(parent.customer_id[1:]))
            if parent is person:
                head[families.index(person.customer_id) // 3] = person = replace(person, phone=phone, web=0.0)
            else:
                person = replace(person, phone=phone, last_name=parent.last_name, web=0.0)
        elif person.customer_id in shop_email:
            person = replace(person, email=SHOP_EMAIL, web=0.0)
        elif person.role.endswith("_second_row"):
            person = _second_row(person, twice[person.role.removesuffix("_second_row")])
        elif person.role in ("registered_twice", "same_email_in_capitals"):
            email = f"{ascii_letters(person.first_name)}.doppia@example.org"
            tax_code = made_up_tax_code(9999) if person.role == "registered_twice" else ""
            person = twice[person.role] = replace(person, email=email, tax_code=tax_code, phone="")
        found.append(person)
    return found


def _second_row(person: Person, first: Person) -> Person:
    """Return the same human being as the shop wrote them down a second time."""
    again = replace(person, first_name=first.first_name, last_name=first.last_name, phone="")
    if person.role == "registered_twice_second_row":
        return replace(again, email="", tax_code=first.tax_code)
    return replace(again, email=first.email.title().replace("Example.Org", "EXAMPLE.ORG"), tax_code="")
