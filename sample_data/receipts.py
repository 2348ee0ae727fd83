"""Receipts and invoices: what was bought on each purchase day, in cents, with VAT and cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import moment
from clientela.sample_data.people import Person
from clientela.sample_data.shelf import Product, products

COUPON_DAYS: Final = 30
COUPON_CENTS: Final = 500
POINTS_FOR_REWARD: Final = 300
REWARD_CENTS: Final = 1000


@dataclass
class Line:
    """One line of a receipt; a refund has negative quantities."""

    product: Product
    quantity: int
    gross: int
    """Cents to pay, VAT included, after discount."""

    is_reward: bool = False

    @property
    def net(self) -> int:
        """Cents without VAT, rounded to the nearest cent away from zero."""
        part = (abs(self.gross) * 200 + 100 + self.product.vat) // (2 * (100 + self.product.vat))
        return part if self.gross >= 0 else -part

    @property
    def cost(self) -> int:
        """Cents the goods cost the shop."""
        return self.quantity * self.product.cost


@dataclass(eq=False)
class Receipt:
    """One document; it gets its number once all are in order of time."""

    at: datetime
    person: Person | None
    lines: list[Line]
    discount: int = 0
    channel: str = "shop"
    status: str = "completed"
    doc_type: str = "receipt"
    order_type: str = "one_off"
    payment_method: str = "card"
    coupon_code: str = ""
    referral_code: str = ""
    campaign_id: str = ""
    refund_of: Receipt | None = None
    due_on: date | None = None
    recipient: str = ""
    known_by: str = "id"
    """id, email, vat or nothing: which key the document carries."""

    name: str = ""
    email: str = ""
    points_spent: int = 0
    order_id: str = field(default="", init=False)

    @property
    def gross(self) -> int:
        """Cents to pay."""
        return sum(line.gross for line in self.lines)

    @property
    def net(self) -> int:
        """Cents without VAT."""
        return sum(line.net for line in self.lines)


def shop_for(chance: Chance, person: Person | None, day: date) -> list[Line]:
    """Fill a basket for one purchase."""
    level = person.level if person else 0.55
    wanted = 1 + min(chance.poisson(1.25 * min(level, 2.5)), 7)
    lines: list[Line] = []
    for product in _choose(chance, person, day, wanted):
        pieces = 1 + min(chance.poisson(0.22 * level), 5) if product.price < 4000 else 1
        quantity = pieces * (chance.between(1, 6) if person and person.vat_number else 1)
        lines.append(Line(product, quantity, quantity * product.price))
    return lines


def _choose(chance: Chance, person: Person | None, day: date, wanted: int) -> list[Product]:
    shelf = products()
    favourites = person.favourites if person else ("Pane e forno", "Caffè e tè")
    firm = bool(person and person.vat_number)
    weights = []
    for product in shelf:
        weight = (3.0 if product.category in favourites else 1.0) * 900.0 / (400 + product.price)
        if product.category == "Cesti e regali":
            weight *= 6.0 if day.month == 12 or (person and person.role == "christmas") else 0.5
        if "Panettone" in product.name:
            weight *= 14.0 if day.month in (11, 12) else 0.0
        if "Colomba" in product.name:
            weight *= 10.0 if day.month in (3, 4) else 0.0
        if person and person.role == "connector" and product.price > 900:
            weight = 0.0
        if firm and product.category in ("Vini", "Olio"):
            weight *= 3.0
        weights.append(weight)
    chosen = [chance.weighted(shelf, weights) for _ in range(wanted)]
    return list(dict.fromkeys(chosen))


def take_off(lines: list[Line], cents: int) -> int:
    """Take a discount off the lines, in proportion; return the cents really taken off."""
    total = sum(line.gross for line in lines)
    taken = min(cents, total)
    left = taken
    for line in lines[:-1]:
        part = line.gross * taken // total
        line.gross -= part
        left -= part
    last = max(lines, key=lambda line: line.gross)
    last.gross -= left
    return taken


def write_receipt(chance: Chance, person: Person, day: date) -> Receipt:
    """Write the document of an ordinary purchase."""
    receipt = Receipt(moment(chance, day), person, shop_for(chance, person, day))
    if person.vat_number:
        receipt.doc_type = "TD01"
        receipt.payment_method = "bank_transfer"
        receipt.due_on = day + timedelta(30)
        receipt.known_by = "vat" if chance.happens(0.06) else "id"
        return receipt
    receipt.payment_method = chance.weighted(("card", "cash", "wallet"), (58, 34, 8))
    if chance.happens(person.web):
        receipt.channel, receipt.known_by, receipt.payment_method = "web", "email", "card"
        receipt.email = chance.weighted((person.email, person.email.title(), person.email.upper()), (8, 1, 1))
    elif chance.happens(0.05):
        receipt.channel = "phone"
    if chance.happens(0.04):
        receipt.discount = take_off(receipt.lines, receipt.gross // 10)
    return receipt


def turned_back(receipt: Receipt, at: datetime, named: bool, lines: int | None = None) -> Receipt:
    """Write the refund of a receipt, of all of it or of its first lines.

    Args:
        receipt: what was bought.
        at: when the goods came back.
        named: whether the refund says which order it belongs to.
        lines: how many lines come back; None for all.
    """
    back = [Line(line.product, -line.quantity, -line.gross) for line in receipt.lines[:lines]]
    return Receipt(
        at,
        receipt.person,
        back,
        doc_type="TD04" if receipt.doc_type == "TD01" else "refund",
        payment_method=receipt.payment_method,
        refund_of=receipt if named else None,
        channel=receipt.channel,
        known_by="id",
    )
