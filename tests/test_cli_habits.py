"""What an owner reads: one line of progress, numbers that are there, words in the reader's language."""

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
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.cli.narration import _fitted
from clientela.settings.shop_settings import Settings
from tests.worlds.program import Run

ROOT = Path(__file__).resolve().parent.parent


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
    monkeypatch.setattr(demo, "load_into", lambda *_a, **_b: None)
    monkeypatch.setattr(demo, "_keep_month_ends", lambda *_: None)
    monkeypatch.setattr(demo, "_invite_fans", lambda *_: ([], {}, {}))
    monkeypatch.setattr(demo, "write_report", write)
    assert run("demo", "--to", "shop", lang=None, LANG=locale).code == 0
    assert (
        tomllib.loads((tmp_path / "shop" / "clientela.toml").read_text("utf-8"))["shop"]["language"]
        == language
    )
    assert run("demo", "--to", "other", lang="en", LANG="it_IT.UTF-8").code == 0
    assert reported == [language, "en"]
