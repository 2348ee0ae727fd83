"""The shop of the server's benchmark: its members, links, clicks, and an owner who is logged in."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from clientela.loyalty.links import click_sums, clicks, links
from clientela.loyalty.people import enrolment
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore

NOON: Final = 1_767_265_200_000
"""2026-01-01 12:00 in Rome."""

DAY_MS: Final = 86_400_000

SETTINGS: Final = """[shop]
name = "Bottega Alba"
language = "it"

[referral]
base_url = "https://negozio.example"
friend_offer = "10 € sul primo acquisto"
"""


def make(folder: Path, people: int) -> list[str]:
    """Make a shop folder whose members all have a link; return the codes."""
    folder.mkdir(parents=True)
    (folder / "clientela.toml").write_text(SETTINGS, encoding="utf-8")
    store = open_store(folder / "referral.sqlite", create=True)
    try:
        for first in range(0, people, 500):
            rows = [_member(number) for number in range(first, min(first + 500, people))]
            store.write(partial(enrolment.upsert, rows=rows, now=NOON), timeout=120)
        with store.read() as db:
            return [row["code"] for row in db.all("select code from links order by link_id")]
    finally:
        store.close()


def _member(number: int) -> NewMember:
    return NewMember(f"C{number}", f"Nome{number} Cognome{number}", f"333{number:07d}", None, "fan")


def add_clicks(path: Path, number: int, *, days: int = 365) -> None:
    """Add clicks spread over the links and the days, and add them up."""
    chance = random.Random(7)
    store = open_store(path)
    try:
        with store.read() as db:
            made = [row["link_id"] for row in db.all("select link_id from links")]
        for first in range(0, number, 5000):
            rows = [_click(chance, made, days) for _ in range(first, min(first + 5000, number))]
            store.write(partial(_insert, rows=rows), timeout=120)
        while store.write(lambda db: click_sums.roll_up(db, 20_000), timeout=120):
            pass
        # Whoever was seen on days gone by is long forgotten.
        store.write(lambda db: db.run("delete from visitor_days"), timeout=120)
    finally:
        store.close()


def _insert(db: Connection, rows: list[dict[str, object]]) -> None:
    db.many(clicks.INSERT, rows)


def _click(chance: random.Random, made: list[int], days: int) -> dict[str, object]:
    day = chance.randrange(days)
    # A few links bring most of the clicks.
    link = made[int(len(made) * chance.random() ** 2)]
    kind = chance.choices(("person", "preview", "bot"), (80, 15, 5))[0]
    at = NOON - day * DAY_MS
    return clicks.Click(
        hit_id=clicks.new_hit_id(at),
        link_id=link,
        at=at,
        day=str(date(2026, 1, 1) - timedelta(days=day)),
        kind=kind,
        visitor=f"{chance.getrandbits(64):016x}" if kind == "person" else None,
        channel=chance.choice((None, "qr", "whatsapp")),
        agent="Chrome Android",
        referrer_host=None,
    )._asdict()


def add_friends(path: Path, number: int) -> None:
    """Let friends save their discount."""
    from clientela.loyalty.links import friends
    from clientela.loyalty.people import contacts
    from clientela.loyalty.rewards.programme import Programme
    from clientela.settings.reading import read_settings

    programme = Programme.of(read_settings(path.parent))
    store = open_store(path)

    def save(db: Connection, first: int) -> None:
        codes = [row["code"] for row in db.all("select code from links order by link_id")]
        for each in range(first, min(first + 250, number)):
            link, contact = links.find(db, codes[each % len(codes)]), contacts.normalise(f"347{each:07d}")
            if link is not None and contact is not None:
                friends.save(
                    db,
                    programme,
                    link,
                    name=f"Amica {each}",
                    contact=contact,
                    hit_id=None,
                    language="it",
                    consent=False,
                    text_version="1",
                    now=NOON + each * 60_000,
                    form_key=f"form-{each}",
                )

    try:
        for first in range(0, number, 250):
            store.write(partial(save, first=first), timeout=300)
    finally:
        store.close()


def owners_cookie(path: Path) -> str:
    """Begin a session of the owner; return its cookie."""
    from time import time

    from clientela.referral_server.accounts.sessions import Sessions

    store: SqliteStore = open_store(path)
    try:
        _session, cookie = Sessions(store, lambda: int(time() * 1000)).start("owner")
    finally:
        store.close()
    return re.split(";", cookie, maxsplit=1)[0]
