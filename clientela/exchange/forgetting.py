"""Forget somebody on both sides: the shop's sales, the referral store, and the folders between machines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela.errors import ClientelaError
from clientela.exchange import carried_people, issued, spelled_otherwise, state
from clientela.forgotten import Erasure, Journal, new_erasure, new_key
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.exchange.other_side import OtherSide
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection
    from clientela.loyalty.store.sqlite import SqliteStore
    from clientela.settings.shop_settings import Settings

    Value = tuple[str, str]


class NobodyError(ClientelaError):
    """Neither the shop's files nor the store know whom the owner means."""


class SeveralError(ClientelaError):
    """A contact is more than one person's."""


@dataclass
class Forgot:
    """What came of it."""

    in_files: bool = False
    """The shop's files knew the person."""

    claims: int = 0
    """Claims that named them as a friend."""

    members: int = 0
    """Links of theirs that ended."""

    shared: set[str] = field(default_factory=set)
    """Contacts that somebody else shows, too, and that stay theirs."""

    alike: set[str] = field(default_factory=set)
    """Contacts in the store that seem to be the same, written otherwise; the owner decides on them."""

    has_traces: bool = False
    """The store's log waits for a reader to end."""


def forget(settings: Settings, asked: str, *, today: date, now: int) -> Forgot:
    """Forget a person everywhere on this machine.

    Args:
        settings: the shop's settings.
        asked: a phone, an e-mail, or a customer's number.
        today: today's date in the shop.
        now: milliseconds since 1970 UTC.

    Raises:
        NobodyError: if nobody is known by it.
        SeveralError: if it is several people's.
        LostStoreError: if the store is gone: nobody could say by what it knew them.
        ClientelaError: if a file cannot be used; repeated, the command goes on where it broke off.
    """
    from clientela.loyalty.people import contacts

    done, contact = Forgot(), contacts.normalise(asked)
    with contextlib.ExitStack() as stack:
        store = issued.open_if_here(settings)
        if store is not None:
            stack.enter_context(contextlib.closing(store))
        values = _in_files(settings, today, asked, contact, done)
        values |= _in_store(store, asked, contact, values, done)
        values -= _others(store, values, done)
        dealt = {value for kind, value in values if kind in ("email", "phone")} | done.shared
        done.alike = spelled_otherwise.find(store, dealt, contact)
        if not values:
            raise NobodyError(_("Nobody here is known by “{asked}”.").format(asked=asked), _try(done))
        erasure = new_erasure(_key(settings, store), now, values)
        # First of all: whatever breaks off from here on is made up for by the next command.
        for path in {settings.referral_store.parent, settings.database.parent}:
            Journal.beside(path / "store").add([erasure])
        _carry_out(settings, store, erasure, today, now, done)
    return done


def _try(done: Forgot) -> str:
    if done.alike:
        listed = ", ".join(sorted(done.alike))
        return _("It may be the same as {contacts}: say it as it is written there.").format(contacts=listed)
    return _("Try their other phone or e-mail, or their number: clientela customers.")


def _in_files(
    settings: Settings, today: date, asked: str, contact: Contact | None, done: Forgot
) -> set[Value]:
    """Return by what the shop's files know a person."""
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.erasure import person

    if not settings.database.exists():
        return set()
    value = None if contact is None else (contact.kind, contact.value)
    with open_shop(settings.database, engine=settings.engine, read_only=True) as db:
        people = person.find(db, settings, today, asked, value)
    _refuse_several([each.customer_id for each in people])
    for each in people:
        done.in_files, done.shared = True, each.shared
        return set(each.values)
    return set()


def _refuse_several(numbers: list[str]) -> None:
    if len(numbers) > 1:
        raise SeveralError(
            _("Several people show this: {numbers}.").format(numbers=", ".join(sorted(numbers))),
            _("Say whom you mean by the number."),
        )


def _in_store(
    store: SqliteStore | None, asked: str, contact: Contact | None, known: set[Value], done: Forgot
) -> set[Value]:
    """Return by what the referral store knows a person, beside what the files say."""
    from clientela.loyalty.erasure import forgetting, known_people
    from clientela.loyalty.people import members

    if store is None:
        return set()
    found: set[Value] = set()
    with store.read() as db:
        if contact is not None and contact.value not in done.shared and known_people.is_friend(db, contact):
            found.add((contact.kind, contact.value))
        fan = members.by_customer(db, asked)
        fans = [] if fan is None or fan.status == "erased" else [fan]
        if contact is not None and not fans:
            fans = members.by_contact(db, contact)
    if known:
        # The files say who it is; a fan of the same phone is somebody else.
        return found
    _refuse_several([each.customer_id for each in fans])
    for each in fans:
        found.add(forgetting.of_member(each.customer_id))
        found |= {forgetting.of_contact(value) for value in (each.phone, each.email) if value}
    return found


def _others(store: SqliteStore | None, values: set[Value], done: Forgot) -> set[Value]:
    """Return those contacts of somebody that another fan shows, too."""
    from clientela.loyalty.erasure import known_people

    if store is None:
        return set()
    with store.read() as db:
        found = known_people.shown_by_others(db, values)
    done.shared |= {value for _kind, value in found}
    return found


def _key(settings: Settings, store: SqliteStore | None) -> str:
    """Return the key for new marks: the one under which people were forgotten before, else a new one."""
    from clientela.loyalty.erasure import forgetting

    for path in (settings.referral_store, settings.database):
        if key := Journal.beside(path).key():
            return key
    return new_key() if store is None else store.write(forgetting.key)


def _carry_out(
    settings: Settings, store: SqliteStore | None, erasure: Erasure, today: date, now: int, done: Forgot
) -> None:
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.erasure import noted

    folders: list[str] = []
    if settings.database.exists():
        with open_shop(settings.database, engine=settings.engine) as db:
            noted.forget(db, settings.database, [erasure])
            bring_to_latest_month(db, settings, today)
            folders = state.folders(db)
    if store is not None:
        done.claims, done.members = store.write(partial(_forget_in_store, erasure=erasure, now=now))
        done.has_traces = store.writer.has_traces
        with store.read() as db:
            rows = db.all("select name from marks where name like 'folder %'")
        folders += [row["name"].removeprefix("folder ") for row in rows]
    for folder in dict.fromkeys(folders):
        carried_people.forget(Path(folder), erasure)


def _forget_in_store(db: Connection, erasure: Erasure, now: int) -> tuple[int, int]:
    """Forget in the store; return how many claims and members were theirs."""
    from clientela.loyalty.erasure import person as erasing

    def counts() -> tuple[int, int]:
        row = db.one(
            """
            select
                (select count(*) from claims where friend_key like 'x:%') as claims,
                (select count(*) from members where status = 'erased') as members
            """
        )
        return (row["claims"], row["members"]) if row else (0, 0)

    before = counts()
    erasing.apply(db, [erasure], now)
    claims, members = counts()
    return claims - before[0], members - before[1]


def adopt(db: DuckDBPyConnection, settings: Settings, events: Iterable[Mapping[str, Any]]) -> None:
    """Forget in the shop's files whom the server forgot."""
    from clientela.warehouse.erasure import noted

    for event in events:
        if event.get("type") == "forgotten":
            said = Erasure(event["erasure"], event["erased_at"], event["key"], frozenset(event["marks"]))
            noted.forget(db, settings.database, [said])


def tell(db: DuckDBPyConnection, side: OtherSide) -> int:
    """Tell the server whom the shop forgot since it was told last; return how many people."""
    from clientela.warehouse.erasure import journal

    name = f"forgotten {side.name}"
    told = set(state.get(db, name).split())
    new = [each for each in journal.erasures(db) if each.erasure_id not in told]
    if new:
        side.push_erasures(new)
        state.put(db, name, " ".join([*sorted(told), *(each.erasure_id for each in new)]))
    return len(new)
