"""The report as files: their names, their numbers, and the same bytes from the same data."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clientela.errors import ClientelaError
from clientela.month import Month
from clientela.reports import monthly
from clientela.reports.section import Shop
from tests.worlds import report_shop

METRIC = re.compile(r'data-metric="([^"]+)" value="([^"]*)"')


def figures(html: Path) -> dict[str, str]:
    return dict(METRIC.findall(html.read_text("utf-8")))


def test_the_files_bear_the_month_and_the_categories_in_the_readers_language(tmp_path: Path) -> None:
    italian = report_shop.report(tmp_path / "it")
    english = report_shop.report(tmp_path / "en", language="en")
    assert italian.html.name == english.html.name == "clientela-2026-10.html"
    assert {path.name for path in italian.csv} == {
        "da-chiamare.csv", "potenziali.csv", "prospect.csv", "persi.csv", "passaparola.csv", "acquirenti.csv",
        "clienti.csv", "fan.csv", "premi.csv", "ancora-in-tempo.csv", "buoni-7-giorni.csv",
    }  # fmt: skip
    assert {path.name for path in english.csv} == {
        "to-call.csv", "potentials.csv", "prospects.csv", "lost.csv", "referrals.csv", "buyers.csv",
        "customers.csv", "fans.csv", "rewards.csv", "still-in-time.csv", "coupons-7-days.csv",
    }  # fmt: skip
    assert not list(tmp_path.rglob("*.part"))


def test_every_category_on_the_page_equals_the_mart(tmp_path: Path) -> None:
    shown = figures(report_shop.report(tmp_path).html)
    with report_shop.whole_shop() as db:
        rows = db.execute(
            "select category, people, revenue_12m, people - people_month_before from marts.category_totals"
        ).fetchall()
        [(late, at_stake)] = db.execute(
            "select count(*), sum(at_stake) from marts.call_list where kind = 'late'"
        ).fetchall()
    for code, people, revenue, change in rows:
        assert int(shown[f"people.{code}"]) == people
        assert Decimal(shown[f"revenue_12m.{code}"]) == revenue
        assert int(shown[f"change_month.{code}"]) == change
    assert int(shown["action.call_late.people"]) == late
    assert Decimal(shown["action.call_late.eur"]) == at_stake


def test_the_table_of_moves_adds_up_to_the_categories(tmp_path: Path) -> None:
    shown = figures(report_shop.report(tmp_path).html)

    def arrived(goal: str) -> int:
        return sum(
            int(n) for name, n in shown.items() if name.startswith("matrix.") and name.endswith(f".{goal}")
        )

    for goal, people in (("lost", 789), ("buyer", 96), ("customer", 264), ("fan", 58)):
        assert arrived(goal) == people == int(shown[f"people.{goal}"])


def test_the_same_data_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    here = report_shop.report(tmp_path / "here", pdf=True)
    folder = str(tmp_path / "there")
    code = (
        "import pathlib; from tests.worlds import report_shop; "
        f"print(report_shop.report(pathlib.Path({folder!r}), pdf=True).sha256)"
    )
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent,
        env={"PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == str(here.sha256)
    assert here.pdf is not None
    assert here.sha256["pdf"] == hashlib.sha256(here.pdf.read_bytes()).hexdigest()
    for path in here.csv:
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()


def test_a_list_holds_everybody_and_runs_no_formula(tmp_path: Path) -> None:
    written = report_shop.report(tmp_path, "hostile")
    text = next(path for path in written.csv if path.name == "clienti.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 264
    names = [row["nome"] for row in rows[: len(report_shop.HOSTILE)]]
    assert names[5:9] == ['\'=HYPERLINK("http://x.example")', "'+39 SUM(A1)", "'@risk", "'-2+3"]
    assert names[9] == "Maria Luisa Re"
    assert all(row["telefono"][:2] in ("", "'+") for row in rows)
    assert rows[0]["speso in 12 mesi"] == "1300,00"


def test_numbers_travel_by_name(tmp_path: Path) -> None:
    with report_shop.whole_shop() as db:
        edition = monthly.Edition(report_shop.BOTTEGA, report_shop.OCTOBER, "it")
        pages = [(section, section.read(db, edition)) for section in monthly.mounted()]
    told = json.loads(monthly.numbers_json(edition, date(2026, 10, 31), pages))
    assert told["as_of"] == "2026-10-31"
    assert told["figures"]["people.fan"] == {"value": 58, "unit": "people", "n": None, "reason": None}
    assert told["figures"]["revenue_12m.fan"]["value"] == "72117.05"
    assert told["figures"]["lost.contacted_share_90d"]["reason"] == "no_touchpoints"


def test_another_month_than_that_of_the_marts_is_refused(tmp_path: Path) -> None:
    with report_shop.whole_shop() as db, pytest.raises(ClientelaError, match="31 ottobre 2026"):
        monthly.write(db, Month(2026, 9), shop=Shop("X"), language="it", to=tmp_path, pdf=False)


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file, not a folder")
    with report_shop.whole_shop() as db, pytest.raises(ClientelaError, match="cannot be written"):
        monthly.write(db, Month(2026, 10), shop=Shop("X"), language="en", to=tmp_path / "report", pdf=False)


def test_old_data_are_announced_on_the_first_page(tmp_path: Path) -> None:
    with report_shop.whole_shop() as db:
        written = monthly.write(
            db,
            Month(2026, 10),
            shop=Shop("X"),
            language="it",
            to=tmp_path,
            pdf=False,
            stale_warning=date(2026, 8, 3),
        )
    assert "Dati fermi al 03/08/26." in written.html.read_text("utf-8")


def test_a_page_finds_its_place_by_its_position() -> None:
    known = [
        "one_minute", "who_moved", "call_tomorrow", "seven_categories", "purchase_ladder", "customer_worth",
        "fans_and_friends", "were_we_right", "data_and_words",
    ]  # fmt: skip
    mounted = [section.name for section in monthly.mounted()]
    assert [name for name in mounted if name in known] == known
    assert mounted[0] == "one_minute"


def test_without_pango_the_page_is_written_and_the_reason_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(*_args: object) -> bytes:
        raise monthly.NoPdfError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(monthly, "render", no_pango)
    written = report_shop.report(tmp_path, "one", "en", pdf=True)
    assert written.html.exists()
    assert written.pdf is None
    assert "apt install libpango" in str(written.pdf_reason)


def test_the_report_loads_nothing_heavy_before_it_is_asked_for() -> None:
    code = (
        "import sys, clientela.reports.monthly as m; m.mounted(); "
        "print(*sorted({'weasyprint', 'duckdb', 'fontTools', 'numpy', 'babel'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""
