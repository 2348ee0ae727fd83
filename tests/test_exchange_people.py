"""What is known of people goes both ways once: friends, clicks, consents, and who wants to be forgotten."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from clientela.exchange.links import read_links
from clientela.exchange.sync import Synced, pull
from clientela.loyalty.links.clicks import Click
from clientela.loyalty.people import consents
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.store.opening import open_store
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.exchange_world import SALES_OF_A_YEAR, Shop, at, make_shop, open_copy

LUCA = "luca@posta.example"
SAVED = "2026-10-05 12:00:00"
END = date(2026, 10, 31)

CONSENTS = f"""\
customer_id,email,purpose,channel,action,ts,method
anna,,marketing,any,object,2026-10-08 10:00:00,paper
,{LUCA},marketing,any,withdraw,{SAVED},paper
,{LUCA},marketing,any,grant,2026-09-01 08:00:00,paper
"""


class Autumn:
    """Anna and Bruno are invited, Luca comes; Anna objects, Luca withdraws, Bruno is to be forgotten."""

    def __init__(self, shop: Shop) -> None:
        """Play it."""
        self.shop = shop
        shop.invite("anna", "bruno")
        said = ConsentEntry("m:anna", "marketing", "whatsapp", "grant", at("2026-09-11"), "web", "2026-01")
        shop.server.write(lambda db: consents.add(db, [said]))
        self._click("2026-09-15")
        shop.server.save("anna", LUCA, SAVED[:16], consent=True)
        shop.sync("2026-10-06")
        self.links = read_links(shop.db, shop.settings, date(2026, 10, 6))
        self.consents = self.log()
        self.category = self._category()
        self._load("consents.csv", CONSENTS)
        self._load("customers.csv", "customer_id,name,status_note\nbruno,,erased\n")
        self.second = shop.sync("2026-10-12")
        shop.load(f"77,,{LUCA},2026-10-09,45.00,", today="2026-10-12")
        self.later = self.log()
        self.third = shop.sync("2026-10-13")
        self.category_later = self._category()

    def _click(self, day: str) -> None:
        rows = self.shop.server.rows(
            "select link_id from links inner join members using (member_id) where customer_id = 'anna'"
        )
        kinds = [("person", "v1"), ("person", "v1"), ("person", "v2"), ("preview", None), ("bot", None)]
        for number, (kind, visitor) in enumerate(kinds):
            hit = Click(f"hit{number}", rows[0][0], at(day) + number, day, kind, visitor, "qr", None, None)
            self.shop.server.store.record(hit)

    def _load(self, name: str, text: str) -> None:
        path = self.shop.folder / name
        path.write_text(text, encoding="utf-8")
        assert load_file(self.shop.db, path, today=date(2026, 10, 12), timezone="Europe/Rome").records.merged

    def _category(self) -> list[tuple[Any, ...]]:
        build_marts(self.shop.db, self.shop.settings, END)
        return self.shop.db.execute(
            "select name, category from marts.customers where email = ?", [LUCA]
        ).fetchall()

    def log(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return both logs of consents, the shop's and the server's."""
        here = "select customer_id, email, channel, action, ts from raw.consents order by all"
        there = "select subject, channel, action, at from consents order by 1, 2, 3, 4"
        return self.shop.db.execute(here).fetchall(), self.shop.server.rows(there)

    def state(self, subject: str) -> set[bool]:
        """Return what the server believes somebody allows."""
        with self.shop.server.store.read() as db:
            return set(consents.state(db, subject).values())


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = make_shop(tmp_path_factory.mktemp("made") / "shop", SALES_OF_A_YEAR)
    with open_copy(Path(made.folder), tmp_path_factory.mktemp("autumn")) as shop:
        yield Autumn(shop)


def test_a_friend_is_a_person_of_category_referral_until_the_first_purchase(autumn: Autumn) -> None:
    assert autumn.category == [("Luca Verdi", "referral")]
    assert autumn.category_later == [("Luca Verdi", "buyer")]


def test_clicks_are_told_by_link_and_day(autumn: Autumn) -> None:
    by_fan = {link["customer_id"]: link["clicks"] for link in autumn.links}
    assert by_fan["anna"] == {"people": 3, "visitors": 2, "previews": 1, "bots": 1}
    assert by_fan["bruno"] == {"people": 0, "visitors": 0, "previews": 0, "bots": 0}


def test_what_people_say_on_the_pages_comes_into_the_shops_log(autumn: Autumn) -> None:
    here, _there = autumn.consents
    assert ("anna", None, "whatsapp", "grant", datetime(2026, 9, 11, 12)) in here
    assert (None, LUCA, "email", "grant", datetime(2026, 10, 5, 12)) in here
    assert len(here) == 2


def test_what_they_say_in_the_shop_reaches_the_server(autumn: Autumn) -> None:
    _here, there = autumn.later
    assert ("m:anna", "any", "object", at("2026-10-08 10:00")) in there
    assert (LUCA, "any", "grant", at("2026-09-01 08:00")) in there
    # Of Bruno, who is to be forgotten, nothing but that.
    assert autumn.second.members == 4
    assert autumn.state("m:anna") == {False}


def test_of_two_words_at_the_same_instant_the_withdrawal_counts_on_both_sides(autumn: Autumn) -> None:
    assert autumn.state(LUCA) == {False}
    here = autumn.shop.db.execute(
        "select consent_state.phone, consent_state.email from steps.consent_state "
        "inner join marts.people on people.person_no = consent_state.person_no where people.email = ?",
        [LUCA],
    ).fetchall()
    assert here == [("no", "no")]


def test_nothing_goes_round(autumn: Autumn) -> None:
    """What the server told comes back as its own, and what the shop told is not told again."""
    assert autumn.third.members == 0
    assert autumn.log() == autumn.later


def test_who_is_erased_in_the_shop_is_erased_at_the_server(autumn: Autumn) -> None:
    rows = autumn.shop.server.rows("select customer_id, name, phone, email, status from members order by 1")
    assert [row[-1] for row in rows] == ["active", "erased"]
    assert rows[1] == ("bruno", "", None, None, "erased")


def test_a_store_made_anew_is_read_from_its_beginning(autumn: Autumn) -> None:
    shop, former = autumn.shop, autumn.shop.server.store
    shop.server.store = open_store(shop.folder / "anew.sqlite", create=True)
    try:
        shop.invite("clara")
        pull(shop.db, shop.settings, shop.server.side("2026-10-14"), Synced(), date(2026, 10, 14))
    finally:
        shop.server.store.close()
        shop.server.store = former
    found = shop.db.execute("select customer_id from raw.referral_links order by 1").fetchall()
    assert [row[0] for row in found] == ["anna", "bruno", "clara"]
