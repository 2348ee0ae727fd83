"""What the server says becomes rows of the shop, once: whatever breaks off or comes twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clientela.exchange import state
from clientela.exchange.sync import Synced, pull
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Settings
from clientela.warehouse.connection import open_shop
from tests.worlds.exchange_world import BentSide, claim, link, make_shop

TODAY = date(2026, 11, 22)

SALES = ["1,anna,,2026-08-01,10.00,", "2,bruno,,2026-08-03,12.50,", "3,anna,,2026-09-05,20.00,"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("made") / "shop", SALES).folder


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    return read_settings(shutil.copytree(made, tmp_path / "shop"))


@pytest.fixture
def db(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop(settings.database) as opened:
        yield opened


def fetch(db: duckdb.DuckDBPyConnection, settings: Settings, side: BentSide) -> Synced:
    done = Synced()
    pull(db, settings, side, done, TODAY)
    return done


def rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return db.execute(sql).fetchall()


def everything(db: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [
        "customers",
        "consents",
        "coupons",
        "referrals",
        "referral_links",
        "referral_clicks",
        "referral_rewards",
    ]
    return {table: rows(db, f"select * from raw.{table} order by all") for table in tables}


CLICKS = {"type": "clicks", "code": "link-anna", "customer_id": "anna", "day": "2026-10-05"} | {
    "people": 4,
    "visitors": 3,
    "previews": 2,
    "bots": 1,
    "qr": 1,
}
CONSENT = {
    "type": "consent",
    "at": "2026-10-05T10:00:00.000Z",
    "subject_kind": "contact",
    "subject": "luca@posta.example",
    "purpose": "marketing",
    "channel": "email",
    "action": "grant",
    "method": "web",
    "text_version": "2026-01",
}
REDEMPTION = {
    "type": "redemption",
    "at": "2026-10-10T15:30:00.000Z",
    "redemption": "r1",
    "kind": "friend",
    "code": "7K3F9XQ2",
    "claim": "c1",
    "customer_id": "anna",
    "receipt_no": "77",
    "receipt_on": "2026-10-10",
    "amount": "45.00",
    "discount": "10.00",
    "reversed_at": None,
}
REWARD = {
    "type": "reward",
    "at": "2026-10-11T08:00:00.000Z",
    "reward": "w1",
    "claim": "c1",
    "customer_id": "anna",
    "amount": "10.00",
    "state": "held",
    "reason": None,
    "earned_on": "2026-10-10",
    "due_on": "2026-10-24",
    "updated_at": "2026-10-11T08:00:00.000Z",
}
STORY = [link("anna", "link-anna"), CLICKS, claim("c1", "anna"), CONSENT, REDEMPTION, REWARD]


def test_every_fact_becomes_a_row_of_the_table_that_is_for_it(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    done = fetch(db, settings, BentSide(STORY))
    assert done.counts == dict.fromkeys(["link", "clicks", "claim", "consent", "redemption", "reward"], 1)
    assert (done.quarantined, done.merged, str(done.discounts)) == (0, 7, "10.00")
    # The server tells UTC; the shop's tables hold Italian time, in summer two hours on.
    assert rows(db, "select customer_id, code, short_code, made_at, disabled_at from raw.referral_links") == [
        ("anna", "link-anna", "LINK-ANNA", datetime(2026, 9, 1, 10), None)
    ]
    assert rows(db, "select day, people, visitors, previews, bots, qr from raw.referral_clicks") == [
        (date(2026, 10, 5), 4, 3, 2, 1, 1)
    ]
    assert rows(
        db,
        "select referral_id, referrer_id, code, clicked_at, arrived_at, arrived_contact, first_order_id, "
        "receipt_on, status, method, friend_name from raw.referrals",
    ) == [
        (
            "c1",
            "anna",
            "link-anna",
            datetime(2026, 10, 5, 11, 58),
            datetime(2026, 10, 5, 12),
            "luca@posta.example",
            None,
            None,
            "open",
            "link",
            "Luca Verdi",
        )
    ]
    assert rows(
        db, "select customer_id, name, email, phone, created_at, acquisition_source from raw.customers"
    ) == [(None, "Luca Verdi", "luca@posta.example", None, datetime(2026, 10, 5, 12), "referral")]
    assert rows(db, "select email, purpose, channel, action, ts, method, text_version from raw.consents") == [
        ("luca@posta.example", "marketing", "email", "grant", datetime(2026, 10, 5, 12), "web", "2026-01")
    ]
    assert rows(
        db, "select code, customer_id, value, status, redeemed_order_id, redeemed_at from raw.coupons"
    ) == [("r1", None, 10, "redeemed", "77", datetime(2026, 10, 10, 17, 30))]
    assert rows(
        db, "select reward_id, referral_id, customer_id, amount, state, due_on from raw.referral_rewards"
    ) == [("w1", "c1", "anna", 10, "held", date(2026, 10, 24))]


def test_a_friend_known_by_phone_is_a_person_known_by_phone(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    fetch(db, settings, BentSide([claim("c1", "anna", contact="+393331234567", friend_name=None)]))
    assert rows(db, "select name, email, phone from raw.customers") == [(None, None, "+393331234567")]


def test_the_same_page_again_changes_nothing(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    fetch(db, settings, BentSide(STORY))
    before = everything(db)
    state.put(db, "cursor bent", "")
    again = fetch(db, settings, BentSide(STORY))
    assert everything(db) == before
    assert again.merged == 0
    assert all(each.already_loaded for each in again.loads)


def test_a_crash_between_the_load_and_the_cursor_repeats_the_page_and_loses_nothing(
    db: duckdb.DuckDBPyConnection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = [claim("c2", "anna", contact="mara@posta.example"), REWARD | {"state": "approved"}]

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(state, "put", stop)
        with pytest.raises(KeyboardInterrupt):
            fetch(db, settings, BentSide(STORY, second))
    assert state.get(db, "cursor bent") == ""
    assert len(everything(db)["referrals"]) == 1
    # In the meantime the first page has grown.
    fetch(db, settings, BentSide([*STORY, *second]))
    assert rows(db, "select referral_id from raw.referrals order by 1") == [("c1",), ("c2",)]
    assert rows(db, "select state from raw.referral_rewards") == [("approved",)]
    assert len(everything(db)["consents"]) == 1


def test_a_crash_in_the_middle_of_a_page_keeps_the_cursor_before_it(
    db: duckdb.DuckDBPyConnection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clientela.warehouse.loading import pipeline

    loads: list[str] = []
    real = pipeline.load_file

    def failing(*args: Any, **more: Any) -> Any:
        loads.append(more["table"])
        if len(loads) == 4:
            raise OSError(28, "No space left on device")
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "load_file", failing)
        with pytest.raises(OSError, match="space"):
            fetch(db, settings, BentSide(STORY))
    assert state.get(db, "cursor bent") == ""
    fetch(db, settings, BentSide(STORY))
    assert {table: len(found) for table, found in everything(db).items()} == {
        "customers": 1,
        "consents": 1,
        "coupons": 1,
        "referrals": 1,
        "referral_links": 1,
        "referral_clicks": 1,
        "referral_rewards": 1,
    }


def test_an_event_that_comes_twice_in_a_page_is_one_row_and_the_last_word_counts(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    bought = claim("c1", "anna", "bought", at="2026-10-10T15:30:00.000Z", receipt_no="77")
    page = [claim("c1", "anna"), claim("c1", "anna"), CONSENT, CONSENT, bought]
    done = fetch(db, settings, BentSide(page))
    assert rows(db, "select status, first_order_id from raw.referrals") == [("bought", "77")]
    assert len(everything(db)["consents"]) == 1
    assert done.quarantined == 0


def test_a_state_that_comes_back_to_its_first_words_is_not_taken_for_the_old_file(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    def said(state: str, at: str) -> list[dict[str, Any]]:
        return [claim("c1", "anna", state, at=f"2026-10-{at}T10:00:00.000Z", contact=None)]

    fetch(db, settings, BentSide(said("open", "05"), said("superseded", "06"), said("open", "07")))
    assert rows(db, "select status from raw.referrals") == [("open",)]


def test_pages_are_followed_to_the_last_and_the_cursor_stays_there(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    side = BentSide([link("anna", "a")], [link("bruno", "b")], [])
    fetch(db, settings, side)
    assert state.get(db, "cursor bent") == "3"
    assert rows(db, "select code from raw.referral_links order by 1") == [("a",), ("b",)]
    side.pages.append([link("bruno", "c")])
    assert fetch(db, settings, side).merged == 1


def test_a_fact_of_a_newer_server_is_left_out_and_counted(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    done = fetch(db, settings, BentSide([{"type": "wallet", "at": "2026-10-05T10:00:00Z"}, *STORY]))
    assert (done.unknown, done.merged) == (1, 7)


def test_what_no_table_takes_is_quarantined_and_counted_not_lost_in_silence(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    done = fetch(db, settings, BentSide([REWARD | {"state": "vanished"}, *STORY[:3]]))
    assert done.quarantined == 1
    assert [load.reasons[0].code for load in done.loads if load.reasons] == ["unknown_word"]


def test_a_server_whose_clock_is_ahead_is_believed(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    ahead = "2026-11-23T10:00:00.000Z"
    done = fetch(db, settings, BentSide([claim("c1", "anna", at=ahead, claimed_at=ahead)]))
    assert (done.quarantined, done.merged) == (0, 2)


def test_an_erased_friend_brings_nothing_personal(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    fetch(db, settings, BentSide([claim("c1", "anna", "withdrawn", contact=None, friend_name=None)]))
    assert rows(db, "select arrived_contact, friend_name, status from raw.referrals") == [
        (None, None, "withdrawn")
    ]
    assert everything(db)["customers"] == []


def test_a_claim_without_a_code_or_with_anothers_goes_to_the_fans_own_link(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    """Bruno was named at the till without a code and got a friend of Anna's; of Clara no link is known."""
    fetch(db, settings, BentSide([link("anna", "a"), link("bruno", "b1"), link("bruno", "b2")]))
    named = [
        claim("c1", "bruno", code=None, contact=None, receipt_no="77"),
        claim("c2", "bruno", code="a", contact="mara@posta.example"),
        claim("c3", "bruno", code="b1", contact="rita@posta.example"),
        claim("c4", "clara", code=None, contact=None),
    ]
    done = fetch(db, settings, BentSide([], named))
    assert done.quarantined == 0
    assert rows(db, "select referral_id, code from raw.referrals order by 1") == [
        ("c1", "b2"),
        ("c2", "b2"),
        ("c3", "b1"),
        ("c4", "c4"),
    ]


def test_clicks_on_no_link_at_all_are_no_row(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    done = fetch(db, settings, BentSide([CLICKS | {"code": None}]))
    assert everything(db)["referral_clicks"] == []
    assert done.quarantined == 0


def test_a_name_that_a_spreadsheet_would_run_or_that_breaks_lines_stays_a_name(
    db: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    names = ['=cmd|"x"!A1', 'Anna "la" Rossi; sotto, sopra', "Jean-Noël Łukasz", "TOTALE"]
    page = [
        claim(f"c{number}", "anna", contact=f"p{number}@posta.example", friend_name=name)
        for number, name in enumerate(names)
    ]
    done = fetch(db, settings, BentSide(page))
    assert done.quarantined == 0
    assert [row[0] for row in rows(db, "select friend_name from raw.referrals order by referral_id")] == names
