"""Clicks add up to what a patient person would count, and visitors stay strangers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from itertools import count as counting
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.loyalty.links import click_sums, clicks, visitors
from clientela.loyalty.links.click_sums import Totals
from clientela.loyalty.links.clicks import Click
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from tests.worlds.followed_links import NOON, click, locked

TODAY = date(2026, 1, 10)


@contextmanager
def a_store() -> Iterator[SqliteStore]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "referral.sqlite", create=True)
        try:
            yield store
        finally:
            store.close()


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with a_store() as opened:
        yield opened


def naive(made: list[Click]) -> dict[tuple[int, str], dict[str, int]]:
    """Count by hand: what link_days must hold."""
    days: dict[tuple[int, str], dict[str, Any]] = {}
    for each in made:
        day = days.setdefault(
            (each.link_id or 0, each.day),
            {"people": 0, "visitors": set(), "previews": 0, "bots": 0, "qr": 0},
        )
        if each.kind in ("person", "orphan"):
            day["people"] += 1
        if each.kind == "person":
            day["qr"] += each.channel == "qr"
            day["visitors"] |= {each.visitor} - {None}
        day["previews"] += each.kind == "preview"
        day["bots"] += each.kind == "bot"
    return {key: {**day, "visitors": len(day["visitors"])} for key, day in days.items()}


def naive_totals(made: list[Click]) -> Totals:
    days = naive(made)
    return Totals(
        **{
            name: sum(day[name] for (link, _), day in days.items() if link or name != "people")
            for name in ("people", "visitors", "previews", "bots", "qr")
        },
        orphans=sum(day["people"] for (link, _), day in days.items() if not link),
    )


def link_days(db: Connection) -> dict[tuple[int, str], dict[str, int]]:
    rows = db.all("select link_id, day, people, visitors, previews, bots, qr from link_days")
    return {(row.pop("link_id"), row.pop("day")): row for row in map(dict, rows)}


@st.composite
def some_clicks(draw: st.DrawFn) -> list[Click]:
    numbers = counting()
    one = st.builds(
        lambda link, day, kind, visitor, channel: click(
            f"h{next(numbers)}",
            link_id=None if kind == "orphan" else link,
            day=f"2026-01-0{day}",
            kind=kind,
            visitor=visitor if kind == "person" else None,
            channel=channel,
        ),
        st.integers(1, 3),
        st.integers(1, 2),
        st.sampled_from(clicks.KINDS),
        st.sampled_from(["v1", "v2", "v3", None]),
        st.sampled_from(["qr", "mail", None]),
    )
    return draw(st.lists(one, max_size=40))


@settings(max_examples=40, deadline=None)
@given(made=some_clicks(), slice_size=st.integers(1, 15), rolled=st.integers(0, 10))
def test_days_and_totals_are_what_counting_by_hand_gives(
    made: list[Click], slice_size: int, rolled: int
) -> None:
    with a_store() as store:
        store.write(lambda db: db.many(clicks.INSERT, [each._asdict() for each in made]))
        for _ in range(rolled):
            store.write(lambda db: click_sums.roll_up(db, slice_size))
        with store.read() as db:
            # Right at any moment, however much of it is added up already.
            assert click_sums.totals(db) == naive_totals(made)
            by_link = click_sums.by_link(db)
            assert click_sums.shared(db) == sum(1 for each in by_link.values() if each.people)
            for link in {each.link_id for each in made if each.link_id}:
                alone = naive_totals([each for each in made if each.link_id == link])
                assert by_link[link] == click_sums.of_link(db, link) == alone
        while store.write(lambda db: click_sums.roll_up(db, slice_size)):
            pass
        with store.read() as db:
            assert link_days(db) == naive(made)
            assert click_sums.totals(db) == naive_totals(made)
        store.write(lambda db: db.run("delete from link_totals"))
        # As after a restore: the versions have moved, the totals have not.
        store.write(lambda db: db.run("update link_days set version = version + 1000"))
        for _ in range(2):
            with store.read() as db:
                assert click_sums.totals(db) == naive_totals(made)
            store.write(click_sums.roll_up)
        store.write(lambda db: db.many(clicks.INSERT, [click("one more")._asdict()] if made else []))
        store.write(click_sums.roll_up)
        with store.read() as db:
            assert click_sums.totals(db) == naive_totals([*made, click("one more")] if made else [])
            assert link_days(db) == naive([*made, click("one more")] if made else [])


def test_a_day_without_clicks_adds_up_to_nothing(store: SqliteStore) -> None:
    assert store.write(click_sums.roll_up) == 0
    with store.read() as db:
        assert asdict(click_sums.totals(db)) == dict.fromkeys(asdict(Totals()), 0)
        assert click_sums.by_link(db) == {}
        assert click_sums.of_link(db, 1) == Totals()


def test_a_day_that_changes_gets_a_new_version_and_the_others_keep_theirs(store: SqliteStore) -> None:
    def versions() -> dict[int, int]:
        with store.read() as db:
            return {row["link_id"]: row["version"] for row in db.all("select * from link_days")}

    store.record(click("a", link_id=1))
    store.record(click("b", link_id=2))
    store.write(click_sums.roll_up)
    first = versions()
    store.record(click("c", link_id=2))
    store.write(click_sums.roll_up)
    assert versions()[1] == first[1]
    assert versions()[2] > first[2]
    assert store.write(click_sums.roll_up) == 0
    assert versions()[2] == first[2] + 1


def test_the_same_hit_twice_is_one_click(store: SqliteStore) -> None:
    for _ in range(3):
        store.record(click("a"))
    store.write(click_sums.roll_up)
    with store.read() as db:
        assert click_sums.totals(db).people == 1


def test_old_clicks_go_and_what_they_added_up_to_stays(store: SqliteStore) -> None:
    for number in range(5):
        store.record(click(f"old{number}", day="2025-01-01", visitor="v"))
    store.write(click_sums.roll_up)
    store.record(click("not added up yet", day="2025-01-01"))
    assert store.write(lambda db: click_sums.forget(db, "2025-06-01", limit=3)) == 3
    assert store.write(lambda db: click_sums.forget(db, "2025-06-01")) == 1
    # The newest number is kept: a click after a year of silence must not get a number already added up.
    assert store.write(lambda db: click_sums.forget(db, "2025-06-01")) == 0
    store.record(click("new"))
    store.write(click_sums.roll_up)
    with store.read() as db:
        assert click_sums.totals(db).people == 7
        assert click_sums.totals(db).visitors == 1


def test_hit_ids_are_never_the_same_and_sort_by_time() -> None:
    made = [clicks.new_hit_id(NOON) for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {len(each) for each in made} == {27}
    assert clicks.new_hit_id(NOON) < clicks.new_hit_id(NOON + 1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.200", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("", ""),
        ("evil\r\n", ""),
    ],
)
def test_of_an_address_only_its_network_counts(address: str, network: str) -> None:
    assert visitors.network(address) == network


def test_a_visitor_is_known_again_on_the_same_day_only(store: SqliteStore) -> None:
    keys = visitors.VisitorKeys(store)
    today, tomorrow = keys.of("2026-01-10"), keys.of("2026-01-11")
    assert today is not None
    assert tomorrow is not None
    hashed = visitors.visitor_hash(today, "203.0.113.7", "Chrome Android")
    assert len(hashed) == 16
    assert hashed == visitors.visitor_hash(today, "203.0.113.99", "Chrome Android")
    assert hashed != visitors.visitor_hash(today, "203.0.114.7", "Chrome Android")
    assert hashed != visitors.visitor_hash(today, "203.0.113.7", "Safari iOS")
    assert hashed != visitors.visitor_hash(tomorrow, "203.0.113.7", "Chrome Android")
    assert visitors.VisitorKeys(store).of("2026-01-10") == today


def test_keys_older_than_two_days_are_destroyed_with_who_was_seen(store: SqliteStore) -> None:
    days = [str(TODAY + timedelta(days=step)) for step in (-3, -2, -1, 0, 1, 400)]

    def work(db: Connection) -> None:
        for day in days:
            visitors.daily_key(db, day)
            db.add("visitor_days", link_id=1, day=day, visitor="v")
        db.add("daily_keys", day=days[0], purpose="form", secret="s")

    store.write(work)
    # The last one is of a day when the clock ran ahead: its key must not wait a year for its end.
    assert store.write(lambda db: visitors.forget(db, TODAY)) == 4
    with store.read() as db:
        kept = [row["day"] for row in db.all("select day from daily_keys order by day")]
        assert kept == days[2:5]
        assert [row["day"] for row in db.all("select day from visitor_days order by day")] == days[2:5]


def test_many_old_visitors_are_forgotten_a_slice_at_a_time(store: SqliteStore) -> None:
    def left() -> int:
        with store.read() as db:
            return int((db.one("select count(*) as n from visitor_days") or {})["n"])

    seen = [{"link_id": 1, "visitor": f"v{number}"} for number in range(25)]
    sql = "insert into visitor_days (link_id, day, visitor) values (:link_id, '2026-01-01', :visitor)"
    store.write(lambda db: db.many(sql, seen))
    for expected in (15, 5, 0, 0):
        store.write(lambda db: visitors.forget(db, TODAY, limit=10))
        assert left() == expected


def test_a_clock_set_back_brings_no_destroyed_key_to_life(store: SqliteStore) -> None:
    old = store.write(lambda db: visitors.daily_key(db, "2026-01-05"))
    store.write(lambda db: visitors.forget(db, TODAY))
    again = store.write(lambda db: visitors.daily_key(db, "2026-01-05"))
    assert again != old
    assert store.write(lambda db: visitors.forget(db, date(2026, 1, 5))) == 0
    assert store.write(lambda db: visitors.forget(db, TODAY)) == 1


def test_clicks_are_counted_while_the_days_key_cannot_be_had(store: SqliteStore) -> None:
    keys = visitors.VisitorKeys(store)
    with locked(store.path):
        assert keys.of("2026-01-10") is None
    assert keys.of("2026-01-11") is not None
