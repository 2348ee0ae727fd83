"""Whoever tries the demo opens its fans' pages at once, without asking for new addresses."""

from __future__ import annotations

import csv
import stat
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientela.cli import demo_pages
from clientela.loyalty.people import enrolment
from clientela.loyalty.people.person import Invited, NewMember
from clientela.loyalty.store.opening import open_store
from clientela.settings.writing import write_settings
from tests.worlds.demo import Demo
from tests.worlds.program import Run


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def invited(who: str, token: str | None) -> Invited:
    return Invited(who, f"p-{who}", f"code{who}", "7K3F9T", "ANNA 7K3 F9T", token)


def test_the_file_keeps_a_page_that_is_not_new_and_nobody_else_reads_it(tmp_path: Path) -> None:
    settings = write_settings(
        tmp_path,
        name="Il Fico",
        trade="shop",
        language="it",
        more={"referral": {"base_url": "https://a.example"}},
    )
    names = {"C1": "Anna Bruni", "C2": "=1+1"}
    store = open_store(settings.referral_store, create=True)
    fans = [NewMember(who, name, None, None, "fan") for who, name in names.items()]
    first, second = store.write(lambda db: enrolment.upsert(db, fans, 1))
    path, page = demo_pages.write(settings, [first, second], names, {})
    assert path.name == "pagine-dei-fan.csv"
    assert page == f"http://127.0.0.1:8080/me/{first.portal_token}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # The second has a new address since: what the file says of it leads nowhere any more.
    (third,) = store.write(lambda db: enrolment.upsert(db, fans[1:], 2, renew=True))
    known = demo_pages.former(settings)
    store.close()
    assert known == {"C1": page}
    demo_pages.write(settings, [replace(first, portal_token=None), third], names, known)
    assert [(row["name"], row["page"]) for row in read(path)] == [
        ("Anna Bruni", page),
        ("'=1+1", f"http://127.0.0.1:8080/me/{third.portal_token}"),
    ]


def test_a_real_address_in_the_demos_settings_is_used(tmp_path: Path) -> None:
    given: dict[str, Any] = {"referral": {"base_url": "https://amici.example.org/"}}
    settings = write_settings(tmp_path, name="Fig", trade="shop", language="en", more=given)
    _path, page = demo_pages.write(settings, [invited("C1", "first")], {}, {})
    assert page == "https://amici.example.org/me/first"
    assert demo_pages.path_of(settings).name == "fan-pages.csv"


def test_a_folder_with_a_blank_is_named_so_that_the_command_can_be_pasted(tmp_path: Path) -> None:
    settings = write_settings(tmp_path / "my shop", name="Fig", trade="shop", language="en")
    assert f"--shop '{tmp_path / 'my shop'}' serve" in demo_pages.how_to_open(settings, "page")


@pytest.mark.slow
def test_every_fans_page_of_the_demo_opens_and_a_second_demo_lists_the_same(
    reported_demo: Demo, tmp_path: Path, run: Run
) -> None:
    folder, first = reported_demo.folder, reported_demo.answer
    path = folder / Path(first.out.splitlines()[-1]).name
    rows = read(path)
    assert len(rows) > 50
    assert rows[0]["page"] in first.err
    for name, value in opened(folder, [row[column] for row in rows for column in ("page", "url")]).items():
        assert value == 200, name
    (folder / "reports").rename(tmp_path / "former")
    again = run("demo", "--to", folder, lang="it")
    assert again.code == 0
    assert read(path) == rows


def opened(folder: Path, addresses: list[str]) -> dict[str, int]:
    """Serve the folder on a free port; return the status of each address there."""
    program = [sys.executable, "-m", "clientela.cli", "--shop", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            here = process.stdout.readline().strip().rstrip("/")
            found = {}
            for address in addresses:
                local = address.replace(demo_pages.HERE, here)
                with urllib.request.urlopen(local, timeout=20) as answer:
                    found[address] = answer.status
            return found
        finally:
            process.terminate()
            process.wait(30)
