"""A shop with its sales and its referral store, and a server that a test can bend."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import duckdb

from clientela.exchange import invite
from clientela.exchange.other_side import EventPage, OtherSide, Push, Pushed
from clientela.exchange.other_side_store import StoreSide
from clientela.exchange.sync import Synced, sync
from clientela.loyalty.claims.outcomes import SaleOutcome
from clientela.loyalty.links import friends, links
from clientela.loyalty.links.friends import Saved
from clientela.loyalty.people import contacts, members
from clientela.loyalty.people.person import Invited
from clientela.loyalty.rewards.programme import Programme
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.loyalty.till import till
from clientela.loyalty.till.results import Sale, TillResult
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from clientela.warehouse.connection import open_shop

T = TypeVar("T")

ROME = ZoneInfo("Europe/Rome")

HEAD = "order_id,customer_id,email,order_date,net_amount,refund_of"


def at(text: str) -> int:
    """Return an instant of the shop's clock, ``2026-10-05 10:30``, in milliseconds since 1970 UTC."""
    moment = datetime.fromisoformat(text if len(text) > 10 else f"{text} 12:00").replace(tzinfo=ROME)
    return int(moment.astimezone(UTC).timestamp()) * 1000


SALES_OF_A_YEAR = [
    *(f"{number},anna,,2026-{number:02}-03,20.00," for number in range(1, 10)),
    "90,bruno,,2026-08-20,12.50,",
    "91,bruno,,2026-08-25,12.50,",
    "92,clara,,2026-08-20,12.50,",
    "93,clara,,2026-08-25,12.50,",
]
"""Anna has bought nine times since January, Bruno and Clara twice in August."""


def make_shop(folder: Path, sales: Sequence[str], *, more: Sequence[Path] = (), **referral: Any) -> Settings:
    """A shop folder with receipts and other files loaded and the marts of its last closed month."""
    from conftest import load_all

    values = {"base_url": "https://negozio.example", **referral}
    settings = write_settings(folder, name="Bottega", trade="shop", language="it", more={"referral": values})
    load_all(settings, [sales_file(folder.parent, sales), *more])
    return settings


_NUMBERS = itertools.count()


def sales_file(folder: Path, rows: Sequence[str]) -> Path:
    """Write receipts as the till hands them in."""
    path = folder / f"sales-{next(_NUMBERS)}.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def load(db: duckdb.DuckDBPyConnection, folder: Path, *rows: str, today: str) -> None:
    """Load receipts into an open shop."""
    from clientela.warehouse.loading.pipeline import load_file

    result = load_file(
        db, sales_file(folder, rows), today=date.fromisoformat(today), timezone="Europe/Rome", table="orders"
    )
    assert result.records.written == len(rows), result


@dataclass
class Server:
    """The store of a test, driven as pages and till would."""

    settings: Settings
    store: SqliteStore
    keys: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def programme(self) -> Programme:
        """What the settings say."""
        return Programme.of(self.settings)

    def side(self, on: str) -> StoreSide:
        """The server as the exchange sees it at a day."""
        return StoreSide(self.settings, self.store, at(on))

    def write(self, work: Callable[[Connection], T]) -> T:
        """Change the store."""
        return self.store.write(work)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read rows."""
        with self.store.read() as db:
            return [tuple(dict(row).values()) for row in db.all(sql)]

    def save(
        self, fan: str, contact: str, on: str, *, consent: bool = False, name: str = "Luca Verdi"
    ) -> Saved:
        """Let a friend save the discount of a fan's link."""
        who = contacts.normalise(contact)
        assert who is not None

        def work(db: Connection) -> Saved:
            member = members.by_customer(db, fan)
            assert member is not None
            link = links.of_member(db, member.member_id)
            assert link is not None
            return friends.save(
                db,
                self.programme,
                link,
                name=name,
                contact=who,
                hit_id=None,
                language="it",
                consent=consent,
                text_version="2026-01",
                now=at(on),
                form_key=f"form {next(self.keys)}",
            )

        return self.write(work)

    def redeem(self, code: str, on: str, receipt: str, cents: int = 3000) -> TillResult:
        """Use a coupon at the till."""
        sale = Sale(f"key {next(self.keys)}", receipt, date.fromisoformat(on), cents, "Piera", "till-1", None)
        return self.write(lambda db: till.redeem_coupon(db, self.programme, code, sale, at(on)))

    def attribute(self, fan: str, on: str, receipt: str, cents: int, *, friend: str) -> TillResult:
        """Note at the till that a fan's code was said by somebody who leaves no contact."""
        sale = Sale(f"key {next(self.keys)}", receipt, date.fromisoformat(on), cents, "Piera", "till-1", None)

        def work(db: Connection) -> TillResult:
            member = members.by_customer(db, fan)
            assert member is not None
            return till.attribute(
                db,
                self.programme,
                member.member_id,
                sale,
                method="code",
                friend_name=friend,
                contact=None,
                confirmed_digits=None,
                now=at(on),
            )

        return self.write(work)


def exchange(db: duckdb.DuckDBPyConnection, server: Server, on: str, side: OtherSide | None = None) -> Synced:
    """Sync at a day."""
    return sync(db, server.settings, side or server.side(on), today=date.fromisoformat(on))


@dataclass
class Shop:
    """The shop's database and the server's store."""

    folder: Path
    settings: Settings
    db: duckdb.DuckDBPyConnection
    server: Server

    def invite(self, *customers: str, on: str = "2026-09-10") -> dict[str, str]:
        """Invite people; return the secrets of their pages."""
        found = invite.named(self.db, "Europe/Rome", customers)
        assert [each.refusal for each in found] == [None] * len(customers)
        made = self.server.side(on).push_members(Push([each.member for each in found]))
        return {row.customer_id: str(row.portal_token) for row in made}

    def load(self, *rows: str, today: str) -> None:
        """Load receipts."""
        load(self.db, self.folder, *rows, today=today)

    def sync(self, on: str) -> Synced:
        """Exchange at a day."""
        return exchange(self.db, self.server, on)


@contextlib.contextmanager
def open_copy(made: Path, folder: Path) -> Iterator[Shop]:
    """Open a copy of a shop with a new store of its own."""
    settings = read_settings(shutil.copytree(made, folder / "shop"))
    store = open_store(settings.referral_store, create=True)
    try:
        with open_shop(settings.database) as db:
            yield Shop(folder, settings, db, Server(settings, store))
    finally:
        store.close()


class BentSide:
    """A server that says what a test wants, page by page; its cursor is the number of the page."""

    name = "bent"

    def __init__(self, *pages: Sequence[dict[str, Any]]) -> None:
        """Keep the pages."""
        self.pages = [list(page) for page in pages]
        self.pushed: list[Push] = []
        self.told: list[Sequence[SaleOutcome]] = []

    def push_members(self, push: Push) -> list[Invited]:
        """Remember them."""
        self.pushed.append(push)
        return []

    def fetch_events(self, since: str) -> EventPage:
        """Return the page behind a cursor."""
        place = int(since or 0)
        if place >= len(self.pages):
            return EventPage([], since, more=False)
        return EventPage(self.pages[place], str(place + 1), more=place + 1 < len(self.pages))

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Remember them."""
        self.told.append(rows)
        return Pushed(unchanged=len(rows))


def link(customer: str, code: str, made: str = "2026-09-01T08:00:00.000Z") -> dict[str, Any]:
    """The event of a link."""
    return {
        "type": "link",
        "at": made,
        "customer_id": customer,
        "code": code,
        "short_code": code.upper(),
        "made_at": made,
        "disabled_at": None,
    }


def claim(name: str, fan: str, state: str = "open", **more: Any) -> dict[str, Any]:
    """The event of a claim."""
    return {
        "type": "claim",
        "at": "2026-10-05T10:00:00.000Z",
        "claim": name,
        "customer_id": fan,
        "code": f"link-{fan}",
        "method": "link",
        "friend_name": "Luca Verdi",
        "contact": "luca@posta.example",
        "friend_customer_id": None,
        "receipt_no": None,
        "receipt_on": None,
        "store_id": None,
        "clicked_at": "2026-10-05T09:58:00.000Z",
        "claimed_at": "2026-10-05T10:00:00.000Z",
        "state": state,
        "reason": None,
        **more,
    }
