"""Days and months as an owner writes them, and when a month is closed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela import i18n
from clientela.cli.days import AmbiguousDayError, read_day, read_month
from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Calendar
from tests.worlds.program import Run


@pytest.mark.parametrize(
    "text",
    [
        "2025-12-31",
        "31/12/2025",
        "31.12.2025",
        "31-12-25",
        "31/12/25",
        "31 dicembre 2025",
        "December 31, 2025",
    ],
)
def test_a_day_may_be_written_as_the_shop_writes_it(text: str, demo_shop: Path, run: Run) -> None:
    asked = run("segments", "--as-of", text, "--format", "json", shop=demo_shop, lang="it")
    assert asked.json["as_of"] == "2025-12-31"


@given(st.dates(date(1990, 1, 1), date(2069, 12, 31)), st.sampled_from(i18n.LANGUAGES))
def test_a_day_that_the_program_writes_it_also_reads(day: date, language: str) -> None:
    from clientela.templates import filters

    with i18n.speaking(language):
        assert read_day(filters.day(day)) == day
        assert read_day(filters.short_day(day)) == day
        assert read_day(day.isoformat()) == day
        assert read_month(filters.month_name(day)) == Month.of(day)


def test_a_day_that_reads_two_ways_in_english_is_asked_again() -> None:
    with i18n.speaking("en"):
        with pytest.raises(AmbiguousDayError):
            read_day("03/04/2025")
        assert read_day("13/04/2025") == read_day("04/13/2025") == date(2025, 4, 13)
        assert read_day("04/04/2025") == date(2025, 4, 4)
    with i18n.speaking("it"):
        assert read_day("03/04/2025") == date(2025, 4, 3)
        with pytest.raises(ValueError, match="04/13/2025"):
            read_day("04/13/2025")


@pytest.mark.parametrize(
    "text", ["", "31", "31/12", "00/00/2025", "31 foo 2025", "12 2025", "x/y/z", "٣١/١٢/٢٠٢٥x"]
)
def test_what_is_no_day_is_refused_in_one_sentence(text: str, small_shop: Path, run: Run) -> None:
    refused = run("segments", "--as-of", text, shop=small_shop)
    assert (refused.code, "is not a day" in refused.err) == (2, True)


@pytest.mark.parametrize("text", ["2026-08", "08/2026", "8/2026", "agosto 2026"])
def test_a_month_may_be_written_as_the_shop_writes_it(text: str, small_shop_reported: Path, run: Run) -> None:
    answer = run("report", "--month", text, "--no-pdf", "--format", "json", shop=small_shop_reported)
    assert answer.json["month"] == "2026-08"


@pytest.mark.parametrize(
    ("today", "closed"),
    [
        ("2026-10-30", "2026-09-30"),
        ("2026-10-31", "2026-09-30"),
        ("2026-11-01", "2026-10-31"),
        ("2028-02-28", "2028-01-31"),
        ("2028-02-29", "2028-01-31"),
        ("2028-03-01", "2028-02-29"),
        ("2026-12-31", "2026-11-30"),
        ("2027-01-01", "2026-12-31"),
    ],
)
def test_a_month_is_closed_when_its_last_day_has_passed(today: str, closed: str) -> None:
    day = date.fromisoformat(today)
    assert Calendar(date(2026, 1, 1), day).default_as_of(Settings(Path()), day) == date.fromisoformat(closed)


def test_on_the_last_evening_of_a_month_its_report_is_refused(small_shop: Path, run: Run) -> None:
    refused = run("report", "--month", "2026-09", "--no-pdf", shop=small_shop, CLIENTELA_TODAY="2026-09-30")
    assert (refused.code, "2026-09 has not ended yet" in refused.err) == (2, True)
    told = run("report", "--no-pdf", "--format", "json", shop=small_shop, CLIENTELA_TODAY="2026-09-30")
    assert told.json["month"] == "2026-08"
    assert (
        run("report", "--month", "2026-09", "--no-pdf", shop=small_shop, CLIENTELA_TODAY="2026-10-01").code
        == 0
    )


def test_the_day_that_closes_a_month_is_the_shops_own(small_shop: Path, run: Run) -> None:
    """Where it is always tomorrow, today has passed."""
    text = (small_shop / "clientela.toml").read_text("utf-8")
    seen = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        (small_shop / "clientela.toml").write_text(
            re.sub(r'timezone = ".*"', f'timezone = "{zone}"', text), "utf-8"
        )
        from clientela.cli.options import today
        from clientela.settings.reading import read_settings

        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("CLIENTELA_TODAY")
            seen.add(today(read_settings(small_shop)))
    assert len(seen) == 2
