"""What the program prints can be pasted, and an option stands in either place."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from scripts.catalogues import commands
from tests.worlds.program import Run

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


def test_the_report_speaks_the_language_asked_for_in_either_place(
    small_shop_reported: Path, run: Run
) -> None:
    def spoken(*words: str) -> str:
        answer = run(*words, "--no-pdf", shop=small_shop_reported, lang=None)
        page = Path(answer.out.splitlines()[0]).read_text(encoding="utf-8")
        found = re.search(r'<html[^>]* lang="(\w+)"', page)
        assert found
        return found[1]

    assert spoken("--lang", "en", "report") == "en"
    assert spoken("report", "--lang", "en") == "en"
    assert spoken("report") == "it"


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
