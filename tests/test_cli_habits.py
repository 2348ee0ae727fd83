"""What an owner types and reads: pasted commands, options in either place, days, closed months, one line."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
import tomllib
from datetime import date
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela import i18n
from clientela.cli.days import AmbiguousDayError, read_day, read_month
from clientela.cli.narration import _fitted
from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Calendar
from scripts.catalogues import commands
from tests.worlds.program import Run

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("negozio fatture", "l'angolo", "due  spazi", 'detto "il Fico"', "$HOME", "città")


@pytest.mark.parametrize("name", NAMES)
def test_the_command_that_init_prints_can_be_pasted(name: str, tmp_path: Path, run: Run) -> None:
    folder, sales = tmp_path / name, tmp_path / "sales.csv"
    sales.write_text(
        "order_id,customer_id,order_date,net_amount\n1,anna,2026-07-01,10.00\n2,,2026-07-30,1.00\n", "utf-8"
    )
    told = run("init", folder).err.rpartition("Next: ")[2].strip()
    words = shlex.split(told.replace("FILE", shlex.quote(str(sales))))
    assert words[0] == "clientela"
    assert run(*words[1:], "--quiet").code == 0
    assert run("segments", "--format", "json", shop=folder).json["people"] == 1


def test_the_command_that_a_refusal_prints_can_be_pasted(tmp_path: Path, run: Run) -> None:
    refused = run("segments", shop=tmp_path / "negozio fatture")
    assert refused.code == 2
    words = shlex.split(refused.err.rpartition("Make one with: ")[2].strip())
    assert run(*words[1:]).code == 0
    assert (tmp_path / "negozio fatture" / "clientela.toml").exists()


def test_every_command_takes_the_options_of_the_program_behind_it_too() -> None:
    from clientela.cli.main import main

    program = click.Context(main, **main.context_settings)
    known = {
        option.name for option in main.params if isinstance(option, click.Option) and not option.is_eager
    }
    assert {"shop", "lang", "quiet", "verbose"} <= known
    for words, command in commands():
        context = click.Context(command, parent=program if words else None)
        assert known <= {param.name for param in command.get_params(context)}, words


def test_an_option_means_the_same_before_and_behind_the_command(small_shop: Path, run: Run) -> None:
    before = run("--lang", "en", "--shop", small_shop, "segments", lang=None)
    behind = run("segments", "--shop", small_shop, "--lang", "en", lang=None)
    assert (before.code, before.out, before.err) == (behind.code, behind.out, behind.err)
    assert "people" in behind.out
    assert "persone" in run("segments", "--shop", small_shop, "--lang=it", lang=None).out
    nested = run("referral", "list", "--shop", small_shop, "--lang", "en", lang=None)
    assert (nested.code, "No links yet" in nested.err) == (0, True)
    assert run("segments", "--quiet", "--shop", small_shop, lang=None).err == ""
    assert run("--shop", "elsewhere", "segments", "--shop", small_shop, lang=None).code == 0, "behind wins"
    twice = run("--lang", "en", "segments", "--lang", "it", "--shop", small_shop, lang=None)
    assert "persone" in twice.out, "behind wins"


def test_the_report_speaks_the_language_asked_for_in_either_place(small_shop: Path, run: Run) -> None:
    def spoken(*words: str) -> str:
        answer = run(*words, "--no-pdf", shop=small_shop, lang=None)
        page = Path(answer.out.splitlines()[0]).read_text(encoding="utf-8")
        found = re.search(r'<html[^>]* lang="(\w+)"', page)
        assert found
        return found[1]

    assert spoken("--lang", "en", "report") == "en"
    assert spoken("report", "--lang", "en") == "en"
    assert spoken("report") == "it"


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


@pytest.mark.parametrize("text", ["2026-09", "09/2026", "9/2026", "settembre 2026"])
def test_a_month_may_be_written_as_the_shop_writes_it(text: str, small_shop: Path, run: Run) -> None:
    answer = run("report", "--month", text, "--no-pdf", "--format", "json", shop=small_shop)
    assert answer.json["month"] == "2026-09"


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
        from clientela.settings.shop_settings import read_settings

        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("CLIENTELA_TODAY")
            seen.add(today(read_settings(small_shop)))
    assert len(seen) == 2


@given(st.text(max_size=60), st.integers(1, 250))
def test_the_line_of_progress_fits_any_width(label: str, columns: int) -> None:
    shown, bar, stage = _fitted(label, columns)
    taken = (
        len(shown) + (len("  []") + bar if bar else 0) + len("  100%") + (len("  ") + stage if stage else 0)
    )
    assert taken < max(columns, len("  100%") + 1)
    assert not stage or bar


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_progress_on_a_terminal_is_one_line_without_names_of_tables(columns: int, small_shop: Path) -> None:
    sales = small_shop.parent / "un file con un nome davvero molto lungo.csv"
    sales.write_text("order_id,customer_id,order_date,net_amount\n9,carla,2026-09-01,10.00\n", "utf-8")
    main, second = pty.openpty()
    fcntl.ioctl(second, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    words = [sys.executable, "-m", "clientela.cli", "--shop", str(small_shop), "load", str(sales)]
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=second, env=environment) as running:
        os.close(second)
        said = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            said += part
    os.close(main)
    assert running.returncode == 0, said
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode())
    drawn = [line for line in re.split(r"[\r\n]", text) if "%" in line]
    assert drawn, text
    assert max(len(line.rstrip()) for line in drawn) < columns, drawn
    assert not re.search(r"(marts|staging|raw)[._]", text)


def test_measures_prints_what_is_there_and_counts_the_rest(small_shop: Path, run: Run) -> None:
    plain, whole = run("measures", shop=small_shop), run("measures", "--all", shop=small_shop)
    told = run("measures", "--format", "json", shop=small_shop).json["measures"]
    there = [one["name"] for one in told if one["available"]]
    absent = [one["name"] for one in told if not one["available"]]
    assert there
    assert absent

    def names(text: str) -> list[str]:
        return [line.split()[0] for line in text.splitlines()[1:] if re.match(r"[a-z]", line)]

    assert sorted(names(plain.out)) == sorted(there)
    assert sorted(names(whole.out)) == sorted(there + absent)
    assert f"{len(absent)} without a number" in plain.err
    told = f"clientela --shop {shlex.quote(str(small_shop))} measures --all"
    assert told in plain.err
    assert "--all" not in whole.err
    family = absent[0].partition(".")[0]
    assert absent[0] in run("measures", family, shop=small_shop).out


def test_a_corrected_row_is_not_called_new(small_shop: Path, run: Run) -> None:
    sales = small_shop.parent / "sales.csv"
    text = sales.read_text("utf-8")
    sales.write_text(text.replace("12.50", "13.50"), "utf-8")
    answer = run("load", sales, shop=small_shop)
    assert "new" not in answer.err
    assert "1 row is corrected, and what it said before is kept." in answer.err
    sales.write_text(text.replace("12.50", "14.50") + "4,carla,2026-09-06,1.00\n", "utf-8")
    both = run("load", sales, shop=small_shop)
    assert "1 row is new. 1 row is corrected" in both.err
    header, counted = both.out.splitlines()[:2]
    assert re.findall(r"set aside|[a-z]+", header)[2:6] == ["new", "unchanged", "corrected", "set aside"]
    assert counted.split()[-6:] == ["4", "1", "2", "1", "0", "0"]
    shop = Path(small_shop)
    (rows,) = run("sql", "select merged, corrected from marts.batches order by batch_id desc limit 1",
                  "--format", "json", shop=shop).json["rows"]  # fmt: skip
    assert rows == [1, 1]


def test_what_to_do_next_names_the_shop_folder_that_had_to_be_named(
    small_shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_shop.rename(small_shop.parent / "negozio fatture")
    (folder.parent / "more.csv").write_text(
        "order_id,customer_id,order_date,net_amount\n9,anna,2026-09-01,1.00\n", "utf-8"
    )
    told = run("load", folder.parent / "more.csv", shop=folder).err.rpartition("Next: ")[2].strip()
    assert shlex.split(told) == ["clientela", "--shop", str(folder), "segments"]
    assert run(*shlex.split(told)[1:]).code == 0
    refused = run("explain", "nobody", "--shop", folder).err
    assert f"clientela --shop '{folder}' customers" in refused
    monkeypatch.chdir(folder)
    assert "List them with: clientela customers" in run("explain", "nobody").err
    monkeypatch.setenv("CLIENTELA_SHOP", str(folder))
    assert "List them with: clientela customers" in run("explain", "nobody").err


def test_an_option_without_its_value_is_refused_in_either_place(small_shop: Path, run: Run) -> None:
    for option in ("--lang", "--shop", "--wait"):
        refused = run("segments", option, shop=small_shop)
        assert (refused.code, option in refused.err) == (2, True), option


def test_ctrl_c_while_the_program_is_still_being_read_is_answered_in_words(small_shop: Path) -> None:
    """The interrupt comes while click is imported."""
    early = (
        "import os, signal, sys\n"
        "class Early:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click':\n"
        "            sys.meta_path.remove(self)\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Early())\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from clientela.cli.__main__ import run\n"
        "sys.argv[1:] = ['segments']\n"
        "run()\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", early], cwd=small_shop, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "Fermato; nulla è rimasto a metà.\n"


def test_a_file_loaded_again_says_what_stands_from_the_first_time(small_shop: Path, run: Run) -> None:
    sales = small_shop.parent / "odd.csv"
    sales.write_text(
        "order_id,customer_id,order_date,net_amount\n8,anna,2026-09-01,1.00\n9,anna,never,2.00\n,,,\n",
        "utf-8",
    )
    first = run("load", sales, "--format", "json", shop=small_shop)
    again = run("load", sales, "--format", "json", shop=small_shop)
    assert (first.code, again.code) == (1, 0), "nothing new is found the second time"
    assert first.json["records"]["quarantined"] == again.json["records"]["quarantined"] == 1
    assert again.json["records"] == {
        "in": 3, "merged": 0, "unchanged": 1, "corrected": 0, "set_aside": 1, "quarantined": 1
    }  # fmt: skip
    assert again.json["money"]["unchanged"] == "1.00"
    assert again.json["money"]["quarantined"] == "2.00"


def test_amounts_of_another_currency_are_not_added_without_a_word(small_shop: Path, run: Run) -> None:
    header, folder = "order_id,customer_id,order_date,net_amount,currency\n", small_shop.parent
    (folder / "mixed.csv").write_text(
        header + "8,anna,2026-09-01,1.00,USD\n9,anna,2026-09-01,2.00,EUR\n", "utf-8"
    )
    (folder / "euro.csv").write_text(header + "7,anna,2026-09-01,1.00,eur\n", "utf-8")
    told = run("load", folder / "mixed.csv", shop=small_shop).err
    assert "the amounts are in EUR, USD, the shop counts in EUR" in told
    assert "the shop counts in" not in run("load", folder / "euro.csv", shop=small_shop).err


def test_the_accounts_of_a_load_are_in_the_currency_of_the_file(small_shop: Path, run: Run) -> None:
    folder = small_shop.parent
    (folder / "uk.csv").write_text("No,Day,Sum\n1,2026-08-01,10.00\n", "utf-8")
    (folder / "uk.toml").write_text(
        'source = "uk"\ntable = "orders"\n[columns]\norder_id = "No"\norder_date = "Day"\n'
        'net_amount = "Sum"\ncurrency = { value = "GBP" }\n',
        "utf-8",
    )
    answer = run("load", folder / "uk.csv", "--mapping", folder / "uk.toml", "--preview", shop=small_shop)
    assert "GBP" in answer.out
    assert "EUR" not in answer.out
    assert "the amounts are in GBP, the shop counts in EUR" in answer.err


def spoken_by_make(*words: str, **environment: str) -> list[str]:
    """Return the command that ``make demo`` would run."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    told = subprocess.run(
        ["make", "--no-print-directory", "-n", "-o", ".venv/.installed", "demo", *words],
        cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return shlex.split(next(line for line in told.splitlines() if "clientela" in line))


def test_make_demo_passes_the_language_on_and_leaves_the_choice_to_the_program_without_one() -> None:
    assert spoken_by_make("DEMO_LANG=en")[1:] == ["--lang", "en", "demo", "--to", "demo"]
    assert spoken_by_make(DEMO_LANG="it")[1:] == ["--lang", "it", "demo", "--to", "demo"]
    assert spoken_by_make()[1:] == ["demo", "--to", "demo"]
    assert "DEMO_LANG=en" in (ROOT / "README.md").read_text("utf-8").partition("## Five minutes")[0]


@pytest.mark.parametrize(("locale", "language"), [("en_GB.UTF-8", "en"), ("it_IT.UTF-8", "it"), ("C", "it")])
def test_the_demo_shop_speaks_the_readers_language(
    locale: str, language: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clientela.cli.commands import demo

    monkeypatch.chdir(tmp_path)
    reported: list[str] = []

    def write(
        _settings: Settings, _month: None, speech: str, *_more: object, **_rest: object
    ) -> dict[str, str]:
        reported.append(speech)
        return {"html": "page.html", "pdf": ""}

    # The report itself is tested where it is written; here only its language is at stake.
    monkeypatch.setattr(
        demo, "_load", lambda *_a, **_b: type("Read", (), {"records": type("In", (), {"in_": 0})})
    )
    monkeypatch.setattr(demo, "_rebuild", lambda *_: None)
    monkeypatch.setattr(demo, "_invite_fans", lambda *_: ([], {}, {}))
    monkeypatch.setattr(demo, "write_report", write)
    assert run("demo", "--to", "shop", lang=None, LANG=locale).code == 0
    assert (
        tomllib.loads((tmp_path / "shop" / "clientela.toml").read_text("utf-8"))["shop"]["language"]
        == language
    )
    assert run("demo", "--to", "other", lang="en", LANG="it_IT.UTF-8").code == 0
    assert reported == [language, "en"]
