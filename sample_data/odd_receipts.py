"""The documents of the odd cases, one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import moment, next_open
from clientela.sample_data.people import Person
from clientela.sample_data.receipts import Line, Receipt, take_off, turned_back, write_receipt
from clientela.sample_data.rhythm import Life
from clientela.sample_data.shelf import GIFT_CARD, Product, products


def odd_receipts(person: Person, life: Life) -> list[Receipt]:
    """Return the documents of an odd case."""
    chance = Chance(f"odd {person.role}")
    plain = [write_receipt(chance, person, day) for day in life.days]
    if person.role.startswith("only_"):
        return _only(chance, person, plain[0])
    if person.role.startswith(("two_", "exchange")):
        return _same_day(chance, person, plain)
    first, last = plain[0], plain[-1]
    if person.role == "refunded_all_but_one_percent":
        first.lines = [Line(_product("Cesto della domenica"), 1, 5800)]
        back = turned_back(first, _days_later(chance, first, 6), True)
        back.lines[0].gross = -5742
        return [first, back]
    if person.role == "gift_card_giver":
        first.lines, first.recipient = [Line(GIFT_CARD, 1, GIFT_CARD.price)], "nipote.regalo@example.com"
    if person.role == "gift_card_redeemer":
        first.lines, first.payment_method = [Line(_product("Cassetta tre vini"), 1, 4900)], "gift_card"
    if person.role == "refund_without_its_order":
        last.lines = [Line(_product("Scatola assaggi"), 2, 4400)]
        return [*plain, turned_back(plain[1], last.at + timedelta(minutes=4), False, 1)]
    return plain


def _only(chance: Chance, person: Person, first: Receipt) -> list[Receipt]:
    """Write the one document of somebody who, in the end, has bought nothing."""
    if person.role == "only_order_refunded":
        return [first, turned_back(first, _days_later(chance, first, 7), True)]
    if person.role == "only_a_free_reward":
        first.lines = [Line(_product("Miele di castagno"), 1, 890, is_reward=True)]
        first.discount, first.payment_method = take_off(first.lines, 890), "reward"
    if person.role == "only_a_cancelled_order":
        first.status = "cancelled"
    if person.role == "only_a_quote":
        first.status, first.order_type = "quote", "quote"
    return [first]


def _same_day(chance: Chance, person: Person, plain: list[Receipt]) -> list[Receipt]:
    """Write two documents of one day: at two hours, by two ways, or an exchange."""
    last = plain[-1]
    last.at = last.at.replace(hour=10)
    second = write_receipt(chance, person, last.at.date())
    second.at = last.at.replace(hour=18)
    if person.role == "two_channels_one_day":
        second.channel = "web"
    if person.role == "exchange_on_one_day":
        back = turned_back(plain[0], last.at.replace(minute=1), False, 1)
        last.lines = [Line(_product("Bollicine metodo classico"), 2, 4700)]
        return [*plain, back]
    return [*plain, second]


def _days_later(chance: Chance, receipt: Receipt, days: int) -> datetime:
    return moment(chance, next_open(receipt.at.date() + timedelta(days)))


def _product(name: str) -> Product:
    return next(product for product in products() if product.name == name)
