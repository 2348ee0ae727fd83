"""A folder to drop files in: everything new is taken, nothing is moved, and the order does not matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.worlds.program import Answer, Run

PEOPLE = "customer_id,name,email\nanna,Anna Bruni,anna@example.com\nbruno,Bruno Conti,bruno@example.com\n"
SALES = (
    "order_id,order_date,customer_id,net_amount\n1,2026-08-01,anna,10.00\n2,2026-08-03,bruno,12.50\n"
    "3,2026-09-05,anna,20.00\n"
)


class Bench:
    """A shop with an inbox."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run, self.folder = run, folder
        assert run("init", folder).code == 0
        self.inbox = folder / "inbox"

    def drop(self, name: str, text: str | bytes) -> Path:
        path = self.inbox / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, *words: str) -> Answer:
        return self._run("load", *words, shop=self.folder)

    def orders(self) -> Any:
        answer = self._run("sql", "select count(*) from raw.orders", "--format", "json", shop=self.folder)
        return answer.json["rows"][0][0]

    def people(self) -> Any:
        query = "select customer_id, name, email from marts.people order by 1"
        return self._run("sql", query, "--format", "json", shop=self.folder).json["rows"]


@pytest.fixture
def bench(run: Run, tmp_path: Path) -> Bench:
    return Bench(run, tmp_path / "shop")


def test_everything_in_the_inbox_is_loaded_once_and_stays_where_it_is(bench: Bench) -> None:
    bench.drop("sales.csv", SALES)
    bench.drop("people.csv", PEOPLE)
    first = bench.load()
    assert (first.code, bench.orders()) == (0, 3)
    assert sorted(path.name for path in bench.inbox.iterdir()) == ["people.csv", "sales.csv"]
    again = bench.load()
    assert (again.code, again.out, bench.orders()) == (0, "", 3)
    assert "2 files in the inbox were loaded before" in again.err


def test_a_file_with_another_name_is_known_and_a_changed_one_is_new(bench: Bench) -> None:
    bench.drop("sales.csv", SALES).rename(bench.inbox / "first.csv")
    bench.load()
    (bench.inbox / "first.csv").rename(bench.inbox / "second.csv")
    assert "1 file in the inbox was loaded before" in bench.load().err
    bench.drop("second.csv", SALES + "4,2026-09-06,bruno,1.00\n")
    bench.load()
    assert bench.orders() == 4


@pytest.mark.parametrize(("people", "sales"), [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_customers_before_orders_or_after_them_is_the_same_shop(
    bench: Bench, people: str, sales: str
) -> None:
    bench.drop(people, PEOPLE)
    bench.drop(sales, SALES)
    bench.load()
    assert bench.people() == [
        ["anna", "Anna Bruni", "anna@example.com"],
        ["bruno", "Bruno Conti", "bruno@example.com"],
    ]
    assert bench.orders() == 3


def test_lock_files_hidden_files_and_folders_are_left_and_said(bench: Bench) -> None:
    bench.drop("sales.csv", SALES)
    for name in ("~$sales.xlsx", ".~lock.sales.ods#", ".DS_Store", "Thumbs.db", "more.csv.crdownload"):
        bench.drop(name, b"x")
    (bench.inbox / "2025").mkdir()
    answer = bench.load()
    assert (answer.code, bench.orders()) == (0, 3)
    for name in (
        "~$sales.xlsx",
        ".~lock.sales.ods#",
        ".DS_Store",
        "Thumbs.db",
        "more.csv.crdownload",
        "2025",
    ):
        assert f"{name} is left in the inbox" in answer.err


def test_one_bad_file_does_not_hold_up_the_others_and_is_tried_again(bench: Bench) -> None:
    bench.drop("a-broken.xlsx", b"PK\x03\x04 no workbook")
    bench.drop("b-letter.pdf", b"%PDF-1.7 a letter")
    bench.drop("sales.csv", SALES)
    answer = bench.load()
    assert (answer.code, bench.orders()) == (2, 3)
    assert "a-broken.xlsx" in answer.err
    assert "b-letter.pdf" in answer.err
    again = bench.load()
    assert again.code == 2
    assert "1 file in the inbox was loaded before" in again.err


def test_a_preview_remembers_nothing(bench: Bench) -> None:
    bench.drop("sales.csv", SALES)
    bench.load("--preview")
    bench.load()
    assert bench.orders() == 3


def test_a_day_that_has_not_come_is_looked_at_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-09-01")
    bench.drop("sales.csv", SALES)
    bench.load()
    assert bench.orders() == 2
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-10-01")
    bench.load()
    assert bench.orders() == 3


def test_an_empty_inbox_and_a_shop_without_one_say_so(bench: Bench) -> None:
    assert "inbox is empty" in bench.load().err
    bench.inbox.rmdir()
    answer = bench.load()
    assert (answer.code, "inbox" in answer.err) == (2, True)
