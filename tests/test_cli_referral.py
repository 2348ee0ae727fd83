"""The owner's commands around links: who is invited, what is told once, what is refused in which words."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientela.settings.reading import read_settings
from clientela.settings.writing import write_settings
from tests.worlds.exchange_world import SALES_OF_A_YEAR, make_shop, sales_file
from tests.worlds.program import Run

PASSWORD = b"pere verdi e mele\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "customers.csv").write_text(
        "customer_id,name,phone,do_not_contact,owner_rating\n"
        "anna,Anna Bruni,333 1234567,,\nbruno,Bruno Neri,,yes,\nclara,Clara Verdi,,,-1\n",
        encoding="utf-8",
    )
    return make_shop(folder / "shop", SALES_OF_A_YEAR, more=[folder / "customers.csv"]).folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


def test_without_an_address_nobody_is_invited_and_no_card_is_printed(shop: Path, run: Run) -> None:
    (shop / "clientela.toml").unlink()
    write_settings(shop, name="Bottega", trade="shop", language="it")
    for words in (["invite"], ["invite", "--dry-run"], ["cards", "--to", shop / "cards.pdf"]):
        answer = run("referral", *words, shop=shop)
        assert (answer.code, answer.out) == (2, "")
        assert "base_url" in answer.err
    assert not (shop / "referral.sqlite").exists()
    assert not (shop / "cards.pdf").exists()


def test_a_dry_run_says_who_and_makes_nothing(shop: Path, run: Run) -> None:
    answer = run("referral", "invite", "--dry-run", shop=shop)
    assert answer.code == 0
    assert "Anna Bruni" in answer.out
    assert "Bruno" not in answer.out
    assert answer.err.splitlines() == [
        "The data stop at 3 Sep 2026: load newer sales for a current answer.",
        "1 person left out: asked not to be contacted.",
        "1 person left out: you marked them with −1.",
        "1 person would be invited.",
    ]
    assert not (shop / "referral.sqlite").exists()


def test_the_secret_of_a_page_is_shown_once_and_again_only_when_it_is_renewed(shop: Path, run: Run) -> None:
    def invited(*words: str) -> dict[str, Any]:
        answer = run("referral", "invite", *words, "--format", "json", shop=shop)
        assert answer.code == 0
        (row,) = answer.json["invited"]
        return dict(row)

    first, second = invited(), invited()
    assert first["spoken"].startswith("ANNA ")
    assert first["url"] == f"https://negozio.example/r/{first['code']}"
    assert first["page"].startswith("https://negozio.example/me/")
    assert second == first | {"page": None}
    renewed = invited("--renew")
    assert renewed == first | {"page": renewed["page"]}
    assert renewed["page"] not in (None, first["page"])


def test_who_is_asked_for_by_name_is_invited_or_the_reason_is_said(shop: Path, run: Run) -> None:
    answer = run(
        "referral", "invite", "--customer", "anna", "--customer", "bruno", "--format", "json", shop=shop
    )
    assert answer.code == 1
    assert [row["customer_id"] for row in answer.json["invited"]] == ["anna"]
    assert answer.json["refused"] == [{"customer_id": "bruno", "reason": "do_not_contact"}]
    assert "bruno is not invited: asked not to be contacted." in answer.err
    unknown = run("referral", "invite", "--customer", "nobody", shop=shop)
    assert (unknown.code, unknown.out) == (2, "")


@pytest.mark.parametrize("output_format", ["table", "csv", "md", "xlsx"])
def test_rows_come_in_every_form_the_other_commands_have(output_format: str, shop: Path, run: Run) -> None:
    data = run("referral", "invite", "--format", output_format, shop=shop).data
    if output_format == "xlsx":
        assert data.startswith(b"PK")
    else:
        assert "Anna Bruni" in data.decode()
    if output_format == "csv":
        assert data.decode().splitlines()[0] == "customer_id,name,code,short_code,spoken,url,page"


def test_before_the_first_invitation_there_is_nothing_to_exchange(shop: Path, run: Run) -> None:
    answer = run("referral", "sync", shop=shop)
    assert answer.code == 2
    assert "referral invite" in answer.err
    assert not (shop / "referral.sqlite").exists()
    empty = run("referral", "list", "--format", "json", shop=shop)
    assert empty.json == {"links": []}
    assert "referral sync" in empty.err


def test_an_exchange_says_what_came_and_the_next_one_that_nothing_did(shop: Path, run: Run) -> None:
    run("referral", "invite", shop=shop)
    first = run("referral", "sync", shop=shop)
    assert first.code == 0
    assert first.out.splitlines()[1].split() == ["came", "links", "1", "1", "0"]
    second = run("referral", "sync", "--format", "json", shop=shop)
    assert second.json["rows"] == []
    assert second.err.strip() == "Nothing new."
    (link,) = run("referral", "list", "--format", "json", shop=shop).json["links"]
    invited = run("referral", "invite", "--format", "json", shop=shop).json["invited"][0]
    assert link == {
        "customer_id": "anna",
        "code": invited["code"],
        "short_code": invited["short_code"],
        "url": invited["url"],
        "clicks": {"people": 0, "visitors": 0, "previews": 0, "bots": 0},
        "leads": 0,
        "buyers": 0,
        "revenue": "0.00",
        "rewards_due": "0.00",
    }


def test_rows_that_no_table_takes_are_a_finding(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contextlib

    from clientela.exchange import other_side_choice
    from tests.worlds.exchange_world import BentSide, claim

    odd = BentSide([claim("c1", "anna"), claim("c2", "anna", claimed_at="the day before", contact=None)])
    monkeypatch.setattr(
        other_side_choice, "open_other_side", lambda *_args, **_more: contextlib.nullcontext(odd)
    )
    answer = run("referral", "sync", shop=shop)
    assert answer.code == 1
    assert "1 row of “friends” was not taken (unreadable_date)" in answer.err


def test_in_italian_too(shop: Path, run: Run) -> None:
    assert "1 persona ha un link; nuovi: 1." in run("referral", "invite", shop=shop, lang="it").err
    assert "arrivati" in run("referral", "sync", shop=shop, lang="it").out
    assert "Niente di nuovo." in run("referral", "sync", shop=shop, lang="it").err


@pytest.mark.slow
@pytest.mark.parametrize("form", [[], ["--a6"]])
def test_cards_are_a_file_to_print(form: list[str], shop: Path, run: Run) -> None:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

    path = shop / "cards" / "anna.pdf"
    answer = run("referral", "cards", "--to", path, "--customer", "anna", *form, shop=shop)
    assert (answer.code, answer.out.strip()) == (0, str(path))
    spoken = run("referral", "invite", "--format", "json", shop=shop).json["invited"][0]["spoken"]
    with PdfDocument(path) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    assert spoken.split()[1] in text
    nobody = run("referral", "cards", "--to", shop / "none.pdf", "--customer", "bruno", shop=shop)
    assert nobody.code == 2
    assert not (shop / "none.pdf").exists()


def test_the_key_of_a_server_elsewhere_must_be_in_the_environment(shop: Path, run: Run) -> None:
    settings = read_settings(shop)
    (shop / "clientela.toml").unlink()
    write_settings(
        shop,
        name="Bottega",
        trade="shop",
        language="it",
        more={"referral": {"base_url": settings.referral.base_url, "server_url": "https://negozio.example"}},
    )
    for words in (["sync"], ["invite"]):
        answer = run("referral", *words, shop=shop, CLIENTELA_REFERRAL_KEY=None)
        assert answer.code == 2
        assert "CLIENTELA_REFERRAL_KEY" in answer.err
    assert not (shop / "referral.sqlite").exists()


def test_two_machines_exchange_by_a_folder_that_is_carried(shop: Path, run: Run, tmp_path: Path) -> None:
    server, stick = tmp_path / "server", tmp_path / "stick"
    write_settings(
        server,
        name="Bottega",
        trade="shop",
        language="it",
        more={"referral": {"base_url": "https://negozio.example"}},
    )
    early = run("referral", "carry", stick, shop=server)
    assert early.code == 2
    assert "referral sync --folder" in early.err
    asked = run("referral", "invite", "--folder", stick, "--format", "json", shop=shop)
    assert asked.json["invited"] == []
    assert "1 link has yet to be made" in asked.err
    assert run("referral", "carry", stick, shop=server).code == 0
    (made,) = run("referral", "invite", "--folder", stick, "--format", "json", shop=shop).json["invited"]
    assert made["page"] is not None
    came = run("referral", "sync", "--folder", stick, "--format", "json", shop=shop)
    assert [(row["table"], row["new"]) for row in came.json["rows"] if row["direction"] == "in"] == [
        ("referral_links", 1)
    ]
    assert run("referral", "list", "--format", "json", shop=shop).json["links"][0]["code"] == made["code"]
    assert run("referral", "carry", stick, shop=server).code == 0
    again = run("referral", "sync", "--folder", stick, "--format", "json", shop=shop)
    assert [row for row in again.json["rows"] if row["direction"] == "in"] == []


@pytest.mark.slow
def test_every_command_of_the_owners_page_runs_in_its_order(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales = [
        f"{who}{month},{who},,2026-{month:02}-0{place},20.00,"
        for place, who in enumerate(("A1", "B2", "C3", "D4", "E5"), start=1)
        for month in range(1, 10)
    ]
    shop = make_shop(tmp_path / "shop", sales).folder
    sales_file(tmp_path, ["late,A1,,2026-09-06,20.00,"]).rename(tmp_path / "sales.csv")
    monkeypatch.chdir(shop)
    page = (Path(__file__).parent.parent / "docs" / "how-to" / "bring-friends.md").read_text(encoding="utf-8")
    lines = [
        line for block in re.findall(r"^```bash\n(.*?)^```", page, re.S | re.M) for line in block.splitlines()
    ]
    for line in lines:
        words = shlex.split(line.partition(">")[0])
        assert words[0] == "clientela"
        answer = run(*words[1:])
        assert answer.code == 0, (line, answer.err)
    assert len(lines) == 7
    assert (shop / "anna.pdf").read_bytes().startswith(b"%PDF")
    links = run("referral", "list", "--format", "json").json["links"]
    assert "A1" in [link["customer_id"] for link in links]


def test_the_demo_invites_its_fans_once(demo_copy: Path) -> None:
    from clientela.cli.commands.demo import _invite_fans
    from clientela.loyalty.store.opening import open_store
    from clientela.warehouse.connection import open_shop

    settings = read_settings(demo_copy)
    with open_shop(settings.database) as db:
        fans = db.execute("select count(*) from marts.customers where category = 'fan'").fetchall()[0][0]
        made = [len(_invite_fans(db, settings)[0]) for _time in range(2)]
    store = open_store(settings.referral_store)
    with store.read() as kept:
        links = kept.one("select count(*) as n from links")
    store.close()
    assert links is not None
    assert made == [links["n"]] * 2
    # Connectors are invited too, detractors and whoever asked not to be contacted are not.
    assert 0.8 * fans < made[0] < 1.3 * fans


def test_links_that_the_sales_know_are_not_made_anew_where_their_store_is_gone(
    shop: Path, run: Run, start: Run
) -> None:
    """Every file beside the store went with it; the sales have loaded its events, and remember."""
    assert run("referral", "invite", shop=shop).code == 0
    assert run("referral", "sync", shop=shop).code == 0
    for file in shop.glob("referral.sqlite*"):
        file.unlink()
    for words in opening(shop):
        answer = run(*words, shop=shop)
        assert (answer.code, answer.out) == (2, ""), words
        assert "referral.sqlite is missing or empty, but there was one: clientela.duckdb." in answer.err
        assert re.search(
            r"with links that nobody has yet: clientela (--shop \S+ )?referral restore --empty", answer.err
        )
    password = start("referral", "password", "--stdin", shop=shop, input=PASSWORD)
    assert password.code == 2
    assert "there was one: clientela.duckdb" in password.err
    assert not list(shop.glob("referral*"))
    assert not (shop / "backups").exists()
    assert run("referral", "restore", "--empty", "nowhere.sqlite", shop=shop).code == 2
    assert run("referral", "restore", shop=shop).code == 2
    anew = run("referral", "restore", "--empty", shop=shop)
    assert (anew.code, anew.out) == (0, "")
    assert "links given away before lead nowhere" in anew.err
    assert run("referral", "key", "new", "--scope", "till", shop=shop).code == 0
    assert run("referral", "invite", shop=shop).code == 0
    again = run("referral", "restore", "--empty", shop=shop)
    assert again.code == 2
    assert "There is a referral database here: referral.sqlite." in again.err


def test_a_start_does_not_wait_for_sales_that_another_program_has_open(shop: Path, run: Run) -> None:
    """What they say is not known then; a shop that is being loaded is served all the same."""
    assert run("referral", "invite", shop=shop).code == 0
    assert run("referral", "sync", shop=shop).code == 0
    for file in shop.glob("referral.sqlite*"):
        file.unlink()
    hold = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(shop / "clientela.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        answer = run("--wait", 600, "referral", "key", "new", "--scope", "till", shop=shop)
        holder.communicate("")
    assert answer.code == 0, answer.err
    assert "Waiting" not in answer.err


@pytest.mark.parametrize("is_empty", [False, True], ids=["missing", "empty"])
def test_a_store_that_is_gone_is_not_taken_for_one_that_never_was(
    is_empty: bool, shop: Path, run: Run, start: Run
) -> None:
    assert run("referral", "invite", shop=shop).code == 0
    store = shop / "referral.sqlite"
    store.unlink()
    if is_empty:
        store.touch()
    for words in [*opening(shop), ["referral", "key", "list"], ["referral", "restore", "--empty"]]:
        answer = run(*words, shop=shop)
        assert (answer.code, answer.out) == (2, ""), words
        assert "there was one: referral.sqlite.lock" in answer.err, (words, answer.err)
    password = start("referral", "password", "--stdin", shop=shop, input=PASSWORD)
    assert password.code == 2
    assert "there was one: referral.sqlite.lock" in password.err
    if is_empty:
        assert store.read_bytes() == b""
    else:
        assert not store.exists()
    assert not (shop / "backups").exists()


def test_forgetting_goes_on_where_the_store_is_on_another_machine(shop: Path, run: Run) -> None:
    """Its lock lies here still, from before the server moved."""
    (shop / "referral.sqlite.lock").touch()
    (shop / "clientela.toml").unlink()
    elsewhere = {"base_url": "https://negozio.example", "server_url": "https://negozio.example"}
    write_settings(shop, name="Bottega", trade="shop", language="it", more={"referral": elsewhere})
    assert read_settings(shop).referral.server_url == "https://negozio.example"
    answer = run("referral", "forget", "333 1234567", shop=shop)
    assert answer.code == 0, answer.err
    assert "referral sync" in answer.err


def opening(shop: Path) -> list[list[Any]]:
    """Return every command that opens the store, in words that a sound shop takes."""
    return [
        ["serve", "--port", 0],
        ["referral", "sync"],
        ["referral", "invite"],
        ["referral", "cards", "--to", shop / "cards.pdf"],
        ["referral", "backup"],
        ["referral", "backup", shop / "named.sqlite"],
        ["referral", "forget", "333 1234567"],
        ["referral", "carry", shop / "stick"],
        ["referral", "key", "new", "--scope", "till"],
    ]


def test_no_command_opens_the_store_without_asking_whether_it_is_the_one_that_was_there() -> None:
    """Who opens it otherwise has asked before, beside the lock, or opens a copy."""
    root = Path(__file__).parent.parent
    found = {
        path.relative_to(root).as_posix()
        for part in ("cli", "clientela/exchange", "referral_server")
        for path in (root / part).rglob("*.py")
        if re.search(r"\bopen_store\(", path.read_text(encoding="utf-8"))
    }
    asked = {"open_site.py", "granian_server.py", "backup.py"}
    assert found == {f"referral_server/running/{name}" for name in asked}
