"""The shop's settings: ``clientela.toml``, every parameter with its default and one line of comment."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from clientela.i18n import LANGUAGES
from clientela.i18n import lazy as N_
from clientela.settings.engine import Engine
from clientela.terms import TRADES

FILE_NAME: Final = "clientela.toml"
DATABASE_NAME: Final = "clientela.duckdb"


def _key(default: Any, comment: str, **limits: Any) -> Any:
    """Declare one parameter: its default, its comment in the file and its limits."""
    is_open = isinstance(default, list | dict)
    factory = {"default_factory": lambda: default} if is_open else {"default": default}
    return field(**factory, metadata={"comment": comment, **limits})


OF_NO_RULE: Final = ("as_of", "believable_from")
"""Parameters that decide what is loaded or asked, and move no number of what is there."""


@dataclass(frozen=True)
class Categories:
    """The parameters of the category rules, as ``docs/definitions.md`` words them."""

    as_of: date | None = _key(None, N_("a fixed date for every answer; empty: the latest closed month"))
    trade: str = _key("shop", N_("one of: {words}"), words=tuple(TRADES))
    mode: str = _key(
        "rhythm", N_("rhythm, or simple: lost after 3 times the own rhythm"), words=("rhythm", "simple")
    )
    timezone: str = _key("Europe/Rome", N_("the shop's time zone; a day begins at its midnight"))
    merge: str = _key("day", N_("receipts of one day are one purchase; or hours:N"))
    min_net_amount: float = _key(0.01, N_("euro; a receipt counts as a purchase above this"))
    shared_key_names: int = _key(3, N_("an e-mail or phone under more names than this joins nobody"), low=1)
    shared_key_receipts: int = _key(20, N_("…nor one with more receipts in a day than this"), low=1)
    believable_from: date = _key(date(1990, 1, 1), N_("no sale is older: an earlier date is a mistake"))
    late_cut: float = _key(0.20, N_("late: so long a silence has a chance below this"), low=0.0, high=1.0)
    lost_cut: float = _key(0.05, N_("lost: so long a silence has a chance below this"), low=0.0, high=1.0)
    rhythm_r: float = _key(2.0, N_("how much the shop's rhythm weighs against the person's own"), low=0.01)
    late_floor_days: int = _key(7, N_("nobody is late before so many days"), low=0)
    floor_days: int = _key(14, N_("nobody is lost before so many days"), low=0)
    ceiling_days: int = _key(730, N_("everybody is lost after so many days"), low=1)
    first_repeat_q: float = _key(0.90, N_("share of the returns that the first time covers"), low=0, high=1)
    one_time_can_be_lost: bool = _key(True, N_("a one-time buyer can become lost"))
    won_back_days: int = _key(90, N_("days for which a returned customer is shown as won back"), low=0)
    fan_share: float = _key(0.18, N_("fans: this share of the customers, 0.15 to 0.20"), low=0.0, high=1.0)
    fan_min_purchases: int = _key(3, N_("a fan has bought on so many days"), low=2)
    fan_min_tenure_days: int = _key(60, N_("a fan has been here for so many days"), low=0)
    nps_valid_days: int = _key(365, N_("days for which a survey answer is believed"), low=1)
    overdue_gate_days: int = _key(60, N_("a fan owes nothing older than this"), low=0)
    referral_scope: str = _key(
        "until_first_purchase",
        N_("until_first_purchase, until_second_purchase or always"),
        words=("until_first_purchase", "until_second_purchase", "always"),
    )
    late_claim_days: int = _key(30, N_("a referral named so late still sets the origin"), low=0)
    prospect_stale_days: int = _key(365, N_("after so many days a waiting referral is stale"), low=1)
    history_complete: bool = _key(False, N_("true: the files hold every purchase since the shop began"))
    history_start: date | None = _key(None, N_("first day of the history; empty: the first day in the data"))
    burn_in_days: int | None = _key(
        None, N_("first sightings so early may be old customers; empty: from data")
    )
    quiet_hours: list[str] = _key([], N_('hours without calls, as ["12:30-14:30", "19:30-09:00"]'))
    closures: list[list[date]] = _key([], N_("holidays and works: [[2025-08-10, 2025-08-24], …]"))

    @property
    def merge_hours(self) -> int | None:
        """Hours within which receipts are one purchase; None for the calendar day."""
        return int(self.merge.partition(":")[2]) if self.merge.startswith("hours:") else None

    def as_json(self) -> dict[str, Any]:
        """Return the parameters that move a number, with their hash."""
        values: dict[str, Any] = {
            key.name: _plain(getattr(self, key.name)) for key in fields(self) if key.name not in OF_NO_RULE
        }
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return {**values, "hash": hashlib.sha256(text.encode()).hexdigest()[:16]}


@dataclass(frozen=True)
class ShopIdentity:
    """Who the shop is."""

    name: str = _key("", N_("the name on the report"))
    language: str = _key("it", N_("it or en"), words=LANGUAGES)
    currency: str = _key("EUR", N_("ISO code of the currency"))
    vat_number: str = _key("", N_("the shop's VAT number; invoices that others wrote are purchases"))
    country: str = _key("IT", N_("two letters: where a phone or VAT number without a country is"))
    own_contacts: list[str] = _key([], N_("your own e-mails and phones: on a receipt they are nobody's"))
    hourly_cost: float = _key(
        0.0, N_("what an hour of your work costs; 0: minutes are not priced"), low=0, high=10_000
    )

    @property
    def vat_numbers(self) -> tuple[str, ...]:
        """The shop's VAT numbers: it may have had several."""
        return tuple(self.vat_number.replace(",", " ").replace(";", " ").split())


@dataclass(frozen=True)
class Paths:
    """Where things are, relative to the shop folder."""

    database: str = _key(DATABASE_NAME, N_("the shop's data"))
    reports: str = _key("reports", N_("where reports are written"))
    referral: str = _key("referral.sqlite", N_("links, friends and rewards; the server's own file"))


@dataclass(frozen=True)
class Referral:
    """What friends and fans get, and where the pages live."""

    base_url: str = _key("", N_("public address of the pages, https://…; while empty nobody is invited"))
    target_url: str = _key("", N_("where a link leads; empty: to our own page with the offer"))
    target_hosts: list[str] = _key([], N_('hosts that links may lead to, as ["www.bottega.example"]'))
    friend_offer: str = _key("", N_("what the friend gets, in your words"))
    friend_value: float = _key(10.0, N_("what that is worth, euro"), low=0, high=10_000)
    reward_value: float = _key(10.0, N_("what the fan gets for each friend, euro"), low=0, high=10_000)
    reward_on_purchase: int = _key(
        1, N_("the fan's reward is earned on the friend's n-th purchase"), low=1, high=20
    )
    min_purchase: float = _key(0.0, N_("euro; a smaller purchase earns no reward"), low=0, high=100_000)
    window_days: int = _key(90, N_("a friend's first purchase counts if it comes within so many days"), low=1)
    hold_days: int = _key(14, N_("a reward waits so long for a return of the goods"), low=0, high=365)
    cap_per_month: int = _key(10, N_("rewards per fan and month at most; 0: no limit"), low=0)
    trusted_proxies: list[str] = _key([], N_('addresses of your own proxies, as ["127.0.0.1"]'))
    server_url: str = _key("", N_("the server's address where it runs on another computer"))


@dataclass(frozen=True)
class Actions:
    """What you do with the lists."""

    holdout: bool = _key(False, N_("true: one in ten to call is not called, to learn what calls bring"))


@dataclass(frozen=True)
class Margins:
    """What a sale leaves, in your word, where no file tells what the goods cost."""

    default: float | None = _key(
        None, N_("share of a sale that stays with you where no file tells the cost, as 0.35; empty: unknown")
    )
    by_category: dict[str, float] = _key(
        {}, N_('the same by kind of goods, as {{ "wine" = 0.30, "bread" = 0.55 }}')
    )


@dataclass(frozen=True)
class Retention:
    """How long copies stay that may hold somebody who asked to be forgotten."""

    backups_days: int = _key(
        30, N_("days for which backups of the referral database are kept"), low=1, high=3650
    )
    reports_days: int = _key(
        365,
        N_("days for which reports stay that may name somebody who was forgotten since"),
        low=1,
        high=3650,
    )


@dataclass(frozen=True)
class Settings:
    """A shop folder's settings."""

    folder: Path
    shop: ShopIdentity = field(default_factory=ShopIdentity)
    paths: Paths = field(default_factory=Paths)
    categories: Categories = field(default_factory=Categories)
    referral: Referral = field(default_factory=Referral)
    actions: Actions = field(default_factory=Actions)
    margins: Margins = field(default_factory=Margins)
    retention: Retention = field(default_factory=Retention)
    engine: Engine = field(default_factory=Engine)
    extra: dict[str, Any] = field(default_factory=dict)
    """Tables that other parts of the product read."""

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.folder / self.paths.database

    @property
    def referral_store(self) -> Path:
        """The SQLite file of links, friends and rewards."""
        return self.folder / self.paths.referral


TABLES: Final = {
    "shop": ShopIdentity,
    "paths": Paths,
    "categories": Categories,
    "referral": Referral,
    "actions": Actions,
    "margins": Margins,
    "retention": Retention,
    "engine": Engine,
}
FREE_TABLES: Final = frozenset({"shop"})
"""Tables that may hold keys of other parts of the product beside those read here."""


def _plain(value: Any) -> Any:
    """Return a value as JSON can carry it."""
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, list) else value
