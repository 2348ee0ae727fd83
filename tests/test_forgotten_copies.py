"""An older copy of the shop's file forgets before it answers, and what the command lists is what is there."""

from __future__ import annotations

import json
import re
import resource
import shutil
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

import clientela.cli
from tests.worlds.forgotten_story import FAN, NAME, WHO, Story
from tests.yardsticks.needles import holders

COPY = "older.duckdb"
PAGES = "customer_id,name,spoken,url,page\r\n"
HERS = f"{FAN},{NAME},ZELINDA 7K3 F9T,https://negozio.example/r/a,http://127.0.0.1:8080/me/a\r\n"
UGOS = 'U12,"Valli, Ugo",UGO 7K3 F9X,https://negozio.example/r/b,http://127.0.0.1:8080/me/b\r\n'


class Asked(Story):
    """A shop whose fan asked to be forgotten; a copy of its file from before lies outside the folder."""

    def __init__(self, folder: Path) -> None:
        """Write everything that an owner may write, and ask."""
        super().__init__(folder)
        self.load("customers", "orders")
        shutil.copy(self.shop / "clientela.duckdb", self.files / COPY)
        self.run("referral", "cards", "--customer", FAN, "--to", str(self.shop / "print" / "cards.pdf"))
        self.copy = Path(self.run("referral", "backup").strip()).name
        self.run("referral", "backup", str(self.shop / "named.sqlite"))
        self.run("referral", "backup", str(self.files / "stick.sqlite"))
        (self.shop / "fans.csv").write_text(f"{FAN},{NAME}\n")
        (self.shop / ".hidden.csv").write_text("nothing\n")
        for name in ("fan-pages.csv", "pagine-dei-fan.csv"):
            (self.shop / name).write_bytes(("\ufeff" + PAGES + HERS + UGOS).encode())
        (self.shop / "reports").mkdir(exist_ok=True)
        (self.shop / "reports" / "clientela-2026-08.html").write_text(NAME)
        self.said = json.loads(self.run("referral", "forget", FAN, "--format", "json"))
        self.words = self.err
        self.until = {row["file"]: row["until"] for row in self.said["kept"]}

    def unnamed(self) -> dict[str, set[str]]:
        """Return the files that hold her and that the command has not named."""
        return {name: held for name, held in holders(self.shop, *WHO).items() if name not in self.until}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(tmp_path_factory.mktemp("copies"))


def test_files_that_nobody_takes_away_are_the_owners_to_delete(asked: Asked) -> None:
    yours = {name for name, until in asked.until.items() if until is None}
    assert yours == {"print/cards.pdf", "fans.csv", "named.sqlite", str(asked.files / "stick.sqlite")}
    assert set(asked.until) - yours == {f"backups/{asked.copy}", "reports/clientela-2026-08.html"}
    assert "6 files of before may still name the person:" in asked.words
    assert "Files without a day are yours" in asked.words
    assert asked.unnamed() == {}


def test_the_files_of_fan_pages_lose_her_row_and_keep_the_others(asked: Asked) -> None:
    for name in ("fan-pages.csv", "pagine-dei-fan.csv"):
        path = asked.shop / name
        assert path.read_bytes().decode() == "\ufeff" + PAGES + UGOS
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "--format", "csv"),
        ("explain", FAN),
        ("sql", "select customer_id, name, phone, email from marts.customers"),
        ("sql", "select customer_name from raw.orders"),
    ],
)
def test_a_command_that_reads_an_older_copy_shows_nobody_who_was_forgotten(
    words: tuple[str, ...], asked: Asked
) -> None:
    shutil.copy(asked.files / COPY, asked.shop / "clientela.duckdb")
    assert NAME in asked.unnamed()["clientela.duckdb"]
    found = asked.run(*words, expect=(0, 2))
    assert [text for text in WHO if text.lower() in found.lower()] == []
    assert "still held somebody who asked to be forgotten" in asked.err
    assert asked.unnamed() == {}
    asked.run(*words, expect=(0, 2))
    assert "asked to be forgotten" not in asked.err


def test_every_reading_command_opens_the_file_by_the_way_that_forgets_first() -> None:
    folder = Path(str(clientela.cli.__file__)).parent
    own = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"open_shop\([^)]*read_only=True", path.read_text(encoding="utf-8"))
    }
    assert own == {"session.py"}


def test_where_the_copy_may_not_be_written_the_answer_is_a_refusal(asked: Asked) -> None:
    """Another program reads the older copy and so keeps it from being written."""
    shutil.copy(asked.files / COPY, asked.shop / "clientela.duckdb")
    held = "import duckdb, sys; db = duckdb.connect(sys.argv[1], read_only=True); print(); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", held, str(asked.shop / "clientela.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        found = asked.run("--wait", "0", "customers", expect=(2,))
        assert reader.stdin is not None
        reader.stdin.close()
    assert found == ""
    assert "clientela.duckdb still holds somebody who asked to be forgotten." in asked.err


def test_on_a_full_disk_the_words_say_that_the_forgetting_has_begun(asked: Asked) -> None:
    shutil.copy(asked.files / COPY, asked.shop / "clientela.duckdb")
    program = [sys.executable, "-m", "clientela.cli", "--lang", "en", "--shop", str(asked.shop)]
    found = subprocess.run(
        [*program, "referral", "forget", "U12"],
        capture_output=True,
        text=True,
        check=False,
        # No file may grow beyond this: the journal has room, the sales have none.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
    )
    assert found.returncode == 2, found.stderr
    assert "The forgetting has begun and is not finished: free some space" in found.stderr
    assert "half done" not in found.stderr
    asked.run("referral", "forget", "U12")


def test_an_erasure_of_nobody_has_not_begun(asked: Asked) -> None:
    asked.run("referral", "forget", "Q0", expect=(2,))
    assert "has begun" not in asked.err


def test_a_backup_takes_reports_past_their_day_and_leaves_what_is_the_owners(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked.shop / "reports" / "clientela-2026-08.html"
    last = date.fromisoformat(asked.until["reports/clientela-2026-08.html"])
    monkeypatch.setenv("CLIENTELA_TODAY", str(last))
    asked.run("referral", "backup")
    assert report.exists()
    monkeypatch.setenv("CLIENTELA_TODAY", str(last + timedelta(days=1)))
    asked.run("referral", "backup")
    assert not report.exists()
    assert "1 old report or list was taken away." in asked.err
    assert (asked.shop / "named.sqlite").exists()
    assert (asked.shop / "print" / "cards.pdf").exists()
