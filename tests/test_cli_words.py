"""The program speaks Italian and English: the right language is chosen and spoken throughout."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientela import i18n
from clientela.cli.main import choose_language
from scripts.catalogues import commands
from tests.worlds.program import Run

COMMANDS = sorted(" ".join(words) for words, _command in commands() if words)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "it_IT"}, "it"),
        ({"LANG": "C"}, "it"),
        ({"LANG": "fr_FR.UTF-8"}, "it"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
    ],
)
def test_without_a_shop_the_terminal_chooses_the_language(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert choose_language(["segments"]) == language


def test_the_shop_chooses_before_the_terminal_and_the_owner_before_the_shop(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", tmp_path / "shop", lang="en")
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    assert choose_language(["--shop", str(tmp_path / "shop"), "segments"]) == "en"
    assert choose_language([f"--shop={tmp_path / 'shop'}", "segments", "--lang", "it"]) == "it"
    monkeypatch.setenv("CLIENTELA_SHOP", str(tmp_path / "shop"))
    assert choose_language(["segments"]) == "en"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example_and_fits_eighty_columns(command: str, lang: str, run: Run) -> None:
    text = run(*command.split(), "--help", lang=lang, COLUMNS="80").out
    assert {"it": "  Esempio:\n      clientela", "en": "  Example:\n      clientela"}[lang] in text
    assert {"it": f"Uso: clientela {command} [OPZIONI]", "en": f"Usage: clientela {command} [OPTIONS]"}[
        lang
    ] in text
    assert max(map(len, text.splitlines())) <= 80


def test_one_process_can_speak_both_languages_in_turn(run: Run) -> None:
    english = run("load", "--help", lang="en").out
    italian_help = run("load", "--help", lang="it").out
    assert "A mapping file: which column is which field." in english
    assert "Una mappatura: quale colonna è quale campo." in italian_help
    assert run("load", "--help", lang="en").out == english


def test_usage_errors_are_said_in_italian(run: Run) -> None:
    answer = run("segmnts", lang="it")
    assert answer.code == 2
    assert answer.err.startswith("Uso: clientela [OPZIONI] COMANDO [ARGOMENTI]...\nProva «clientela --help»")
    assert "Errore: Il comando 'segmnts' non esiste." in answer.err


@pytest.mark.parametrize("word", ["persi", "lost", "Left", "PERSI"])
def test_a_category_answers_to_its_name_in_either_language(word: str, demo_shop: Path, run: Run) -> None:
    rows = run("customers", word, "--limit", "2", "--format", "json", shop=demo_shop, lang="it").json["rows"]
    assert [row["category"] for row in rows] == ["lost", "lost"]


def test_the_seven_categories_have_italian_names(demo_shop: Path, run: Run) -> None:
    lines = run("segments", shop=demo_shop, lang="it").out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "potenziali",
        "prospect",
        "persi",
        "arrivati col passaparola",
        "acquirenti",
        "clienti",
        "fan",
    ]
