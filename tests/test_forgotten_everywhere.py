"""A person goes through everything, asks to be forgotten, is in no file any more, and stays forgotten."""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.warehouse.connection import open_shop
from tests.worlds.forgotten_story import BRING, FAN, MAIL, NAME, PHONE, WHO, Played, Story
from tests.yardsticks.needles import holders

pytestmark = pytest.mark.slow


class Forgotten:
    """What was so before and after, in the order in which it happened."""

    def __init__(self, folder: Path) -> None:
        """Play it, ask, and let everything that could bring her back happen."""
        self.story = Story(folder)
        self.played = Played(self.story)
        self.before = self.holders()
        with self.story.serving():
            self.said = json.loads(
                self.story.run("referral", "forget", "+39 347 1987654", "--format", "json")
            )
            self.words = self.story.err
            self.under_the_server = self.holders()
        self.after = self.holders()
        self.texts = self.text_columns()
        self.numbers = self.played.all_numbers()
        self._reload()
        self._restore()
        self._replay()

    def holders(self) -> dict[str, set[str]]:
        """Return the files of the shop folder that hold anything of her."""
        return holders(self.story.shop, *WHO)

    def text_columns(self) -> list[str]:
        """Return the text columns of the database in which a query finds her, however blocks are packed."""
        found = []
        with open_shop(self.story.shop / "clientela.duckdb", read_only=True) as db:
            columns = db.execute(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "semi join duckdb_tables() using (database_name, schema_name, table_name) "
                "where database_name = 'shop' and data_type like 'VARCHAR%'"
            ).fetchall()
            for schema, table, column in columns:
                test = " or ".join(f"contains(lower(\"{column}\"), '{text.lower()}')" for text in WHO)
                if db.execute(f'select exists (from {schema}."{table}" where {test})').fetchall()[0][0]:
                    found.append(f"{schema}.{table}.{column}")
        return found

    def _reload(self) -> None:
        """The till software still knows her, and its files come again."""
        for name in ("customers", "orders", "corrected", "surveys"):
            path = self.story.files / f"{name}.csv"
            # Another file than the one that was loaded, with the same rows.
            path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n\n", encoding="utf-8")
        self.story.load("customers", "surveys", "orders", "corrected")
        self.reloaded = self.holders()
        self.reloaded_texts = self.text_columns()
        self.reloaded_numbers = self.played.all_numbers()
        self.story.run("referral", "invite", "--customer", FAN, expect=(0, 1))
        self.story.run("referral", "sync")
        self.invited = self.holders()

    def _restore(self) -> None:
        self.story.run("referral", "restore", str(self.played.copy))
        self.restored = self.holders()

    def _replay(self) -> None:
        """A queue, a retried call, clicks that waited, and files that were carried come late."""
        clicks = self.story.shop / "referral-clicks.fallback.jsonl"
        clicks.write_text(
            json.dumps(
                {"hit_id": "late", "link_id": 1, "at": 1, "day": "2026-09-01", "kind": "person"}
                | dict.fromkeys(("visitor", "channel", "agent", "referrer_host"))
            )
            + "\n"
        )
        with self.story.serving() as web:
            self.again = web.api(self.played.sync_key, BRING, self.played.once)
            till_key = self.story.run("referral", "key", "new", "--scope", "till").strip()
            assert web.form("/t/enrol", till_key=till_key) == 303
            self.late = web.queue({**self.played.item, "key": str(uuid.uuid4()), "receipt": "78"})
            self.results = web.results
            shutil.copytree(self.played.old_parcels, self.played.exchange, dirs_exist_ok=True)
            self.story.run("referral", "carry", str(self.played.exchange), expect=(0, 1))
            self.story.run("referral", "sync")
        self.replayed = {
            name: held for name, held in self.holders().items() if not name.startswith("exchange/to-server")
        }
        self.replayed_texts = self.text_columns()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forgotten]:
    with contextlib.nullcontext(Forgotten(tmp_path_factory.mktemp("forgotten"))) as played:
        yield played


def exceptions(story: Forgotten) -> set[str]:
    """Return the files that the command named."""
    return {row["file"] for row in story.said["kept"]}


def beside(found: dict[str, set[str]], named: set[str]) -> dict[str, set[str]]:
    """Return what holds her and was not named."""
    return {name: held for name, held in found.items() if name not in named}


def test_before_she_asks_she_stands_in_every_kind_of_file(story: Forgotten) -> None:
    """The search sees what it has to see: sales, store, copy, both parcels and the report."""
    assert MAIL in holders(story.played.old_parcels, *WHO)["to-server.json"]
    for name in ("clientela.duckdb", "exchange/from-server.json"):
        assert name in story.before, story.before.keys()
    assert {MAIL, NAME} <= story.before["clientela.duckdb"]
    assert any(name.startswith("referral.sqlite") for name in story.before)
    assert any(name.startswith("backups/") for name in story.before)
    assert any(name.startswith("reports/") for name in story.before)


def test_no_log_ever_held_her(story: Forgotten) -> None:
    assert "server.log" not in story.before


def test_afterwards_only_the_named_exceptions_hold_her(story: Forgotten) -> None:
    assert beside(story.under_the_server, exceptions(story)) == {}
    assert beside(story.after, exceptions(story)) == {}
    assert story.texts == []


def test_the_exceptions_are_copies_and_reports_of_before_each_with_its_last_day(story: Forgotten) -> None:
    today = date.today()
    last = {row["file"]: date.fromisoformat(row["until"]) for row in story.said["kept"]}
    copy = f"backups/{story.played.copy.name}"
    assert abs(last[copy] - today - timedelta(days=30)) <= timedelta(days=1)
    assert abs(last["reports/clientela-2026-09.pdf"] - today - timedelta(days=365)) <= timedelta(days=1)
    assert all(name.startswith(("backups/", "reports/")) for name in last)
    assert "files of before may still name the person" in story.words


def test_every_count_and_every_euro_is_what_it_was(story: Forgotten) -> None:
    assert story.numbers == story.played.numbers


def test_files_that_come_again_bring_sales_and_nobody(story: Forgotten) -> None:
    assert beside(story.reloaded, exceptions(story)) == {}
    assert story.reloaded_texts == []
    assert story.reloaded_numbers["segments"] == story.played.numbers["segments"]
    assert beside(story.invited, exceptions(story)) == {}


def test_an_older_copy_brings_nobody_back(story: Forgotten) -> None:
    assert beside(story.restored, exceptions(story)) == {}


def test_whatever_comes_late_brings_nobody_back(story: Forgotten) -> None:
    assert (story.again, story.late) == (200, ["accepted"]), story.results
    assert beside(story.replayed, exceptions(story)) == {}
    assert story.replayed_texts == []


def rows(story: Forgotten, sql: str) -> list[dict[str, Any]]:
    found = json.loads(story.story.run("sql", "--format", "json", sql))
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def test_her_purchases_still_hang_together_as_one_customers(story: Forgotten) -> None:
    """Of August: eight by number, one by e-mail, one by phone: 41 + 7 x 40 + 12.50 + 3.50 euro."""
    found = rows(
        story,
        "select purchases, revenue_total, name, email, phone, is_listed from marts.customers "
        f"where customer_id = '{FAN}'",
    )
    assert [(row["purchases"], float(row["revenue_total"])) for row in found] == [(10, 337.0)]
    assert [(row["name"], row["email"], row["phone"], row["is_listed"]) for row in found] == [
        (None, None, None, False)
    ]
    assert PHONE not in str(found)
