"""Whoever erases a form, or shares a phone with somebody forgotten, takes no customer out of the sales."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from urllib.parse import urlencode

import pytest

from clientela.exchange import forgotten_claims
from clientela.forgotten import Erasure, mark, token
from clientela.loyalty.erasure import known_people
from clientela.loyalty.erasure import person as erasure
from clientela.loyalty.links import friends
from clientela.loyalty.people import consents
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.opening import open_store
from clientela.referral_server.running import backup
from clientela.warehouse.connection import open_shop
from clientela.warehouse.erasure import noted
from tests.worlds.forgotten_story import Story, Web, hidden
from tests.worlds.loyalty_world import World, at, open_world
from tests.worlds.program import Run
from tests.worlds.served import open_shop as open_public_shop
from tests.yardsticks.needles import holders

CUSTOMERS = """\
customer_id,name,email,phone,city,created_at
M1,Zaira Primabocci,z@posta.example,347 1000001,Treviso,2025-01-05
M2,Wanda Secondelli,w@posta.example,347 1000002,Treviso,2025-01-05
M3,Otto Terzanini,o@posta.example,347 1000003,Treviso,2025-01-05
"""
ORDERS = "order_id,customer_id,email,phone,customer_name,order_date,net_amount\n" + "".join(
    f"{fan}{month},M{fan},,,,2026-{month:02}-0{fan},20.00\n" for fan in (1, 2, 3) for month in range(1, 10)
)
KNOWN = "select customer_id, name, phone, email from marts.customers where customer_id like 'M%' order by 1"
WANDA = ["M2", "Wanda Secondelli", "+393471000002", "w@posta.example"]
OTTO = ["M3", "Otto Terzanini", "+393471000003", "o@posta.example"]


def shop_of(folder: Path, customers: str = CUSTOMERS) -> Story:
    story = Story(folder)
    (story.files / "customers.csv").write_text(customers)
    (story.files / "orders.csv").write_text(ORDERS)
    story.load("customers", "orders")
    return story


def known(story: Story) -> list[list[str | None]]:
    rows = json.loads(story.run("sql", "--format", "json", KNOWN))["rows"]
    return [list(row) for row in rows]


def erase_page(web: Web) -> None:
    """Send what the button of the page under the form's answer sends."""
    where = web.location
    body = urlencode({**hidden(web.ask(where)[1]), "do": "erase"}).encode()
    assert web.ask(where, body, Content_Type="application/x-www-form-urlencoded")[0] == 200


@pytest.mark.slow
def test_a_stranger_who_erases_a_form_erases_no_customer(tmp_path: Path) -> None:
    """One form is erased before the shop hears of it, one after: the typed name goes, the customers stay."""
    story = shop_of(tmp_path)
    story.run("referral", "invite", "--customer", "M1")
    with contextlib.closing(sqlite3.connect(story.shop / "referral.sqlite")) as db:
        ((code,),) = db.execute("select code from links").fetchall()
    with story.serving() as web:
        late = Web(web.address)
        assert late.form(f"/i/{code}", name="Ladro Ignotoni", contact="o@posta.example", consent="1") == 303
        story.run("referral", "sync")
        assert "clientela.duckdb" in holders(story.shop, "Ladro Ignotoni")
        early = Web(web.address)
        assert early.form(f"/i/{code}", name="Ladro Ignotoni", contact="347 1000002", consent="1") == 303
        erase_page(early)
        erase_page(late)
    story.run("referral", "sync")
    assert known(story)[1:] == [WANDA, OTTO]
    assert holders(story.shop, "Ladro Ignotoni") == {}
    with open_shop(story.shop / "clientela.duckdb", read_only=True) as db:
        shown = db.execute(
            "select count(*), count(distinct arrived_contact), count(friend_name) from raw.referrals "
            "where arrived_contact like 'forgotten-%' or arrived_contact like '+999%'"
        ).fetchall()
        said = db.execute("select count(*) from raw.consents where email = 'o@posta.example'").fetchall()
        friends_made = db.execute(
            "select count(*), count(name) from raw.customers where acquisition_source = 'referral'"
        ).fetchall()
    assert shown == [(2, 2, 0)]
    assert said == [(0,)]
    assert friends_made == [(2, 0)]


@pytest.mark.slow
@pytest.mark.parametrize("shared", ["phone", "email"])
def test_who_shares_a_contact_with_somebody_forgotten_stays_in_the_sales(tmp_path: Path, shared: str) -> None:
    mine, theirs = (
        ("347 1000001", "347 1000002") if shared == "phone" else ("z@posta.example", "w@posta.example")
    )
    story = shop_of(tmp_path, CUSTOMERS.replace(mine, theirs))
    story.run("referral", "invite")
    story.run("referral", "forget", "M1")
    assert "also somebody else's and stays theirs" in story.err
    story.run("referral", "sync")
    assert known(story)[-2:] == [WANDA, OTTO]
    with contextlib.closing(sqlite3.connect(story.shop / "referral.sqlite")) as db:
        rows = db.execute("select customer_id, name, status from members order by 1").fetchall()
    assert rows == [
        ("M1", "", "erased"),
        ("M2", "Wanda Secondelli", "active"),
        ("M3", "Otto Terzanini", "active"),
    ]


LUCA, MAIL = "+393201111111", "luca@posta.example"


def contents(world: World) -> str:
    """Return every text that the store still holds of friends and of what was told of them."""
    tables = ("claims", "saves", "consents", "coupons", "events", "flags")
    return str([world.all(f"select * from {table}") for table in tables]).lower()


def test_an_erased_form_stays_erased_in_an_older_copy_and_marks_no_contact(tmp_path: Path) -> None:
    copy = tmp_path / "old" / "copy.sqlite"
    copy.parent.mkdir()
    with open_world(tmp_path) as world:
        saved = world.save(LUCA, name="Luca Verdi", consent=True)
        backup.backup(world.store.path, copy)
        world.write(lambda db: friends.erase(db, saved.token, at("2026-05-03")))
        assert "luca" not in contents(world)
        assert "1111111" not in contents(world)
        # The contact may be anybody's: a customer who shows it is invited as ever.
        world.invite(NewMember("C77", "Luca Verdi", LUCA, None, "fan"))
        assert world.value("select status from members where customer_id = 'C77'") == "active"
        world.store.close()
        backup.restore(world.store.path, copy, "2026-06-01T100000")
    with contextlib.closing(open_store(tmp_path / "referral.sqlite")) as again, again.read() as db:
        assert db.all("select friend_name, contact, state from claims") == [
            {"friend_name": None, "contact": None, "state": "withdrawn"}
        ]


def test_an_erased_form_leaves_what_the_shop_knows_of_a_consent(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        said = ConsentEntry(LUCA, "marketing", "whatsapp", "grant", at("2026-04-01"), "paper", None, "shop")
        world.write(lambda db: consents.add(db, [said]))
        saved = world.save(LUCA, name="Luca Verdi")
        world.write(lambda db: friends.erase(db, saved.token, at("2026-05-03")))
        with world.store.read() as db:
            assert consents.state(db, LUCA) == {("marketing", "whatsapp"): True}


def test_a_friend_of_another_name_under_a_forgotten_fans_phone_stays(tmp_path: Path) -> None:
    """Husband and wife share a phone: he is a friend under it, she was one under it, too, and is a fan."""
    with open_world(tmp_path) as world:
        world.invite(NewMember("C77", "Zelinda Quaresmini", LUCA, MAIL, "fan"))
        world.save(LUCA, name="Luca Verdi")
        world.save(LUCA, on="2026-05-02", of="C2", name="QUARESMINI Zelinda")
        world.save(MAIL, on="2026-05-02", name="Zelinda Quaresmini", consent=True)
        world.write(lambda db: erasure.erase_member(db, "C77", at("2026-05-10")))
        rows = world.all("select friend_name, contact from claims order by claim_id")
        assert rows == [
            {"friend_name": "Luca Verdi", "contact": LUCA},
            {"friend_name": None, "contact": None},
            {"friend_name": None, "contact": None},
        ]
        assert "quaresmini" not in contents(world)
        assert MAIL not in contents(world)


def test_who_shows_a_contact_of_somebody_who_is_forgotten_is_found_in_the_store(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        world.invite(NewMember("C77", "Zelinda Quaresmini", LUCA, MAIL, "fan"))
        world.invite(NewMember("C78", "Ugo Valli", LUCA, None, "fan"))
        values = {("member", "C77"), ("phone", LUCA), ("email", MAIL)}
        with world.store.read() as db:
            assert known_people.shown_by_others(db, values) == {("phone", LUCA)}
            assert known_people.shown_by_others(db, values | {("member", "C78")}) == set()


@pytest.mark.slow
def test_a_page_said_again_from_before_names_no_forgotten_claim(tmp_path: Path) -> None:
    story = shop_of(tmp_path)
    key = "k" * 64
    erased = Erasure("e1", 1, key, frozenset({mark(key, "claim", "gone")}))
    claim = {"type": "claim", "contact": LUCA, "friend_name": "Luca Verdi"}
    consent = {"type": "consent", "subject_kind": "contact", "subject": LUCA}
    with open_shop(story.shop / "clientela.duckdb") as db:
        before = [{**claim, "claim": "gone"}, consent]
        assert forgotten_claims.without(db, before) == before
        noted.forget(db, story.shop / "clientela.duckdb", [erased])
        by = token("phone", mark(key, "phone", LUCA))
        gone = {"type": "claim", "claim": "gone", "contact": by, "friend_name": None}
        assert forgotten_claims.without(db, before) == [gone, {**consent, "subject": by}]
        other = {**claim, "claim": "stays"}
        # Somebody else's claim under the contact keeps it, and what was consented under it.
        assert forgotten_claims.without(db, [*before, other]) == [gone, consent, other]


def test_another_spelling_of_a_forgotten_contact_is_named_and_left_to_the_owner(
    tmp_path: Path, run: Run
) -> None:
    """One mailbox, three spellings: one is asked for by a fourth, one is found beside it."""
    first, second = "fiorenza.ottavini+shop@googlemail.com", "f.iorenzaottavini@gmail.com"
    with open_public_shop(tmp_path) as shop:
        shop.world.save(first, name="Fiorenza Ottavini")
        command = ("--lang", "en", "--shop", str(tmp_path), "referral", "forget")
        unknown = run(*command, "fiorenzaottavini@gmail.com")
        assert unknown.code == 2
        assert f"It may be the same as {first}: say it as it is written there." in unknown.err
        shop.world.save(second, on="2026-05-02", name="Fiorenza Ottavini", of="C2")
        done = run(*command, first)
        assert done.code == 0
        assert f"{second} may be the same, written otherwise, and stays" in done.err
        assert shop.world.all("select contact from claims order by claim_id") == [
            {"contact": None},
            {"contact": second},
        ]
        last = run(*command, second)
        assert (last.code, last.err) == (0, "Forgotten: name and details are gone, sums and rewards stay.\n")
