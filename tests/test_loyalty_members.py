"""Members, their links and consents, and the log that the shop's own machine reads."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from clientela.loyalty.links import click_sums, links
from clientela.loyalty.links.clicks import INSERT
from clientela.loyalty.people import consents, enrolment, members
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.names import first_name, shown_name
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store import events
from tests.worlds.loyalty_world import ANNA, CARLO, World, at, open_world, world

__all__ = ["world"]


def test_a_fan_gets_a_link_a_spoken_code_and_a_page(world: World) -> None:
    anna, link = world.member("C1"), world.link("C1")
    assert (anna.name, anna.phone, anna.email) == ("Anna Bruni", "+393331234567", "anna@posta.example")
    assert link.sender == "Anna B."
    assert link.spoken == f"ANNA {link.short_code[:3]} {link.short_code[3:]}"
    with world.store.read() as db:
        assert members.by_token(db, world.tokens["C1"]) == anna
        assert members.by_token(db, world.tokens["C1"][:-1]) is None
        assert members.by_token(db, "\ud800") is None
        assert links.find(db, link.code) == link
        assert links.by_short_code(db, link.short_code) == link
    assert world.tokens["C1"] not in Path(world.store.path).read_bytes().decode("latin-1")


def test_inviting_again_changes_the_person_and_keeps_the_link(world: World) -> None:
    before = world.link("C1")
    row = NewMember("C1", "Anna  Bruni Rossi", None, "anna@posta.example", "customer")
    (again,) = world.write(lambda db: enrolment.upsert(db, [row, row], at("2026-05-01")))
    assert (again.code, again.short_code, again.portal_token) == (before.code, before.short_code, None)
    assert world.member("C1").name == "Anna Bruni Rossi"
    assert world.member("C1").phone is None
    with world.store.read() as db:
        assert members.by_token(db, world.tokens["C1"]) is not None


def test_a_renewed_page_closes_the_old_one(world: World) -> None:
    (again,) = world.write(lambda db: enrolment.upsert(db, [ANNA], at("2026-05-01"), renew=True))
    assert again.portal_token
    with world.store.read() as db:
        assert members.by_token(db, world.tokens["C1"]) is None
        assert members.by_token(db, again.portal_token) == world.member("C1")


def test_a_thousand_members_take_well_under_a_second(world: World) -> None:
    rows = [NewMember(f"K{n}", f"Nome{n} Prova", f"320{n:07}", None, "fan") for n in range(1000)]
    start = time.process_time()
    invited = world.write(lambda db: enrolment.upsert(db, rows, at("2026-05-01")))
    assert time.process_time() - start < 1.0
    assert [each.customer_id for each in invited] == [row.customer_id for row in rows]
    assert len({each.code for each in invited}) == len({each.short_code for each in invited}) == 1000


def test_a_code_that_is_taken_is_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = world.link("C1").short_code
    ready = iter([taken, "27K3F9", "27K3F9", "38M4G2"])
    monkeypatch.setattr("clientela.loyalty.links.codes.new_short_code", lambda: next(ready))
    rows = [NewMember(f"K{n}", "Piero Prova", None, None, "fan") for n in range(2)]
    invited = world.write(lambda db: enrolment.upsert(db, rows, at("2026-05-01")))
    assert [each.short_code for each in invited] == ["27K3F9", "38M4G2"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna", ["C1"]),
        ("BRÙNI", ["C1"]),
        ("bruni anna", ["C1"]),
        ("ann bru", ["C1"]),
        ("dangelo", ["C3"]),
        ("D'Angelo", ["C3"]),
        ("niccolò", ["C3"]),
        ("1234567", ["C1"]),
        ("333 1234567", ["C1"]),
        ("+39 3331234567", ["C1"]),
        ("4567", ["C1"]),
        ("567", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("zz", []),
    ],
)
def test_a_fan_is_found_by_any_word_of_the_name_or_by_phone(
    world: World, typed: str, found: list[str]
) -> None:
    world.invite(NewMember("C3", "Niccolo' D’Angelo", "02 7654321", None, "fan"))
    with world.store.read() as db:
        assert [each.customer_id for each in members.search(db, typed)] == found


def test_at_most_eight_answer_and_those_whose_name_begins_so_come_first(world: World) -> None:
    world.invite(*(NewMember(f"K{n}", f"Giovanna {n}", None, None, "fan") for n in range(20)))
    with world.store.read() as db:
        found = members.search(db, "anna")
    assert len(found) == 8
    assert found[0].customer_id == "C1"


def test_a_paused_fan_has_no_link_until_resumed(world: World) -> None:
    link = world.link("C1")
    world.write(lambda db: members.pause(db, "C1", at("2026-05-01")))
    world.invite(ANNA)
    with world.store.read() as db:
        assert links.find(db, link.code) is None
        assert links.by_short_code(db, link.short_code) is None
        assert members.search(db, "anna") == []
        assert members.by_token(db, world.tokens["C1"]) is not None
    world.write(lambda db: members.resume(db, "C1", at("2026-05-02")))
    assert world.link("C1") == link


def test_a_replaced_link_stops_and_a_stopped_one_stays_so(world: World) -> None:
    old = world.link("C1")
    new = world.write(lambda db: links.replace(db, old.member_id, at("2026-05-01")))
    assert new.code != old.code
    with world.store.read() as db:
        assert links.find(db, old.code) is None
        assert links.find(db, new.code) == new
    world.write(lambda db: links.disable(db, new.link_id, at("2026-05-02")))
    assert world.write(lambda db: enrolment.upsert(db, [ANNA], at("2026-05-03"))) == []


@pytest.mark.parametrize(
    ("name", "first", "shown"),
    [
        ("Anna Bruni", "Anna", "Anna B."),
        ("Anna Maria De Santis", "Anna", "Anna S."),
        ("Anna", "Anna", "Anna"),
        ("", "", ""),
        ("  ", "", ""),
        ("李 小龍", "李", "李 小."),
    ],
)
def test_others_see_the_first_name_and_one_initial(name: str, first: str, shown: str) -> None:
    assert first_name(name) == first
    assert shown_name(name) == shown


def entry(action: str, on: str, channel: str = "email", subject: str = "m:C1", **more: str) -> ConsentEntry:
    return ConsentEntry(
        subject,
        more.get("purpose", "marketing"),
        channel,
        action,  # type: ignore[arg-type]
        at(on),
        "web",
        "2026-01",
        "shop" if more.get("origin") == "shop" else "server",
    )


GRANT, LATER, REFUSAL = (
    entry("grant", "2026-01-01"),
    entry("grant", "2026-01-03"),
    entry("withdraw", "2026-01-02"),
)


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ([GRANT], {("marketing", "email"): True}),
        ([GRANT, REFUSAL], {("marketing", "email"): False}),
        ([GRANT, REFUSAL, LATER], {("marketing", "email"): True}),
        ([GRANT, entry("withdraw", "2026-01-01")], {("marketing", "email"): False}),
        ([GRANT, entry("object", "2026-01-01")], {("marketing", "email"): False}),
        ([GRANT, entry("soft_spam_notice", "2026-01-05")], {("marketing", "email"): True}),
        ([entry("soft_spam_notice", "2026-01-05")], {}),
        (
            [GRANT, entry("withdraw", "2026-01-02", "any")],
            {("marketing", "email"): False, ("marketing", "any"): False},
        ),
        (
            [GRANT, entry("grant", "2026-01-02", "sms", purpose="profiling")],
            {("marketing", "email"): True, ("profiling", "sms"): True},
        ),
    ],
)
def test_the_latest_word_counts_in_whatever_order_it_arrives(
    world: World, said: list[ConsentEntry], allowed: dict[tuple[str, str], bool]
) -> None:
    random.Random(len(said)).shuffle(said)
    assert world.write(lambda db: consents.add(db, said)) == len(said)
    assert world.write(lambda db: consents.add(db, said)) == 0
    with world.store.read() as db:
        assert consents.state(db, "m:C1") == allowed


def test_only_what_the_server_heard_goes_back_to_the_shop(world: World) -> None:
    world.invite(
        NewMember("C1", "Anna Bruni", None, None, "fan", (entry("grant", "2026-02-01", origin="shop"),))
    )
    world.write(lambda db: consents.add(db, [entry("withdraw", "2026-03-01")]))
    with world.store.read() as db:
        told = [each for each in events.since(db, "").events if each["type"] == "consent"]
    (only,) = told
    assert (only["subject_kind"], only["subject"], only["action"]) == ("customer", "C1", "withdraw")
    assert only["at"] == "2026-03-01T11:00:00.000Z"


def test_the_log_is_read_page_by_page_without_loss_or_doubling(world: World) -> None:
    world.invite(*(NewMember(f"K{n}", f"Nome {n}", None, None, "fan") for n in range(7)))
    with world.store.read() as db:
        whole = events.since(db, "").events
        cursor, read, more = events.START, [], True
        while more:
            page = events.since(db, cursor, 3)
            assert len(page.events) <= 3
            read += page.events
            cursor, more = page.next_cursor, page.more
        again = events.since(db, cursor)
    assert read == whole
    assert (again.events, again.next_cursor) == ([], cursor)
    assert [each["type"] for each in whole].count("member") == 9
    assert [each["type"] for each in whole].count("link") == 9


def clicked(world: World, of: str, day: str, count: int) -> None:
    link_id = world.link(of).link_id
    row = {"link_id": link_id, "day": day, "kind": "person", "at": 0, "agent": None, "referrer_host": None}
    rows = [
        {**row, "hit_id": f"{of} {day} {n} {time.monotonic_ns()}", "visitor": f"{n}", "channel": "qr"}
        for n in range(count)
    ]
    world.write(lambda db: db.many(INSERT, rows))
    world.write(click_sums.roll_up)


def test_days_of_clicks_come_as_absolute_numbers_and_come_again_when_they_change(world: World) -> None:
    clicked(world, "C1", "2026-05-01", 2)
    clicked(world, "C2", "2026-05-01", 1)
    with world.store.read() as db:
        page = events.since(db, "")
    days = [each for each in page.events if each["type"] == "clicks"]
    assert [(each["customer_id"], each["people"], each["qr"]) for each in days] == [
        ("C1", 2, 2),
        ("C2", 1, 1),
    ]
    assert days[0]["code"] == world.link("C1").code
    clicked(world, "C1", "2026-05-01", 3)
    with world.store.read() as db:
        (changed,) = events.since(db, page.next_cursor).events
        assert (changed["day"], changed["people"], changed["visitors"]) == ("2026-05-01", 5, 3)


def test_a_page_of_many_days_is_cut_where_it_must_be(world: World) -> None:
    for day in range(1, 8):
        clicked(world, "C1", f"2026-05-0{day}", 1)
    with world.store.read() as db:
        cursor, days, more = events.START, [], True
        while more:
            page = events.since(db, cursor, 2)
            days += [each["day"] for each in page.events if each["type"] == "clicks"]
            cursor, more = page.next_cursor, page.more
    assert days == [f"2026-05-0{day}" for day in range(1, 8)]


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1.2.3", "1.2.3.4", "-1.0.0.", "1.0.0.2026-5-1", "9" * 40 + ".0.0."]
)
def test_a_place_that_this_server_never_gave_is_refused(world: World, cursor: str) -> None:
    with world.store.read() as db, pytest.raises(events.BadCursorError):
        events.since(db, cursor)


def test_two_shops_never_share_a_code(tmp_path: Path) -> None:
    codes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with open_world(tmp_path / name) as shop:
            codes |= {shop.link("C1").code, shop.link("C2").code}
    assert len(codes) == 4
    assert CARLO.customer_id == "C2"
