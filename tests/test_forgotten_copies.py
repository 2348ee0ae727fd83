"""An older copy of the shop's file forgets before it answers, and what the command lists is what is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from forgotten_story import FAN, NAME, WHO, Story
from needles import holders

import clientela.cli

COPY = "older.duckdb"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A shop whose fan asked to be forgotten; a copy of its file from before lies outside the folder."""
    story = Story(tmp_path_factory.mktemp("copies"))
    story.load("customers", "orders")
    shutil.copy(story.shop / "clientela.duckdb", story.files / COPY)
    story.run("referral", "forget", FAN)
    return story


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
    words: tuple[str, ...], asked: Story
) -> None:
    shutil.copy(asked.files / COPY, asked.shop / "clientela.duckdb")
    assert NAME in str(holders(asked.shop, *WHO))
    found = asked.run(*words, expect=(0, 2))
    assert [text for text in WHO if text.lower() in found.lower()] == []
    assert "still held somebody who asked to be forgotten" in asked.err
    assert holders(asked.shop, *WHO) == {}
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


def test_where_the_copy_may_not_be_written_the_answer_is_a_refusal(asked: Story) -> None:
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
