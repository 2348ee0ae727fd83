"""The program speaks Italian and English: every sentence is there in both, and the right one is chosen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from clientela import i18n
from clientela.cli.main import choose_language
from tests.worlds.program import Run
from tests.yardsticks.cli_messages import commands, of_click, of_the_command_line

LOCALE = i18n.catalogue_folder() / "it" / "LC_MESSAGES"
HOLE = re.compile(r"\{[\w!]*\}|%\(\w+\)s")
COMMANDS = sorted(" ".join(words) for words, _command in commands() if words)
FOR_PROGRAMMERS = re.compile(
    r"^(Arguments take|Boolean option|Could not determine|Invalid start|Name '|No options defined|Value must"
    r"|DeprecationWarning)"
)
"""Sentences of Click that only the author of a command can meet."""


def italian(name: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Read a catalogue: by the English text, its plural (or itself) and every Italian form."""
    from babel.messages.pofile import read_po

    with (LOCALE / f"{name}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="it") if message.id]
    return {
        first(message.id): (
            message.id if isinstance(message.id, str) else message.id[1],
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ()),
        )
        for message in messages
    }


def first(message: Any) -> str:
    """Return the English text, the singular of those with two forms."""
    return str(message if isinstance(message, str) else message[0])


def test_every_sentence_of_the_program_is_there_in_italian() -> None:
    known = {sentence: found for name in i18n.DOMAINS for sentence, found in italian(name).items()}
    said = {first(message) for message in of_the_command_line()}
    assert said - {sentence for sentence, (_, texts) in known.items() if all(texts)} == set()


def test_every_sentence_of_click_that_an_owner_can_meet_is_there_in_italian() -> None:
    said = {first(message) for message in of_click() if not FOR_PROGRAMMERS.match(first(message))}
    assert said - set(italian("click")) == set()


def test_no_sentence_is_kept_that_nobody_says() -> None:
    assert set(italian("cli")) - {first(message) for message in of_the_command_line()} == set()


@pytest.mark.parametrize("name", [*i18n.DOMAINS, "click"])
def test_a_translation_fills_the_same_holes(name: str) -> None:
    for sentence, (plural, texts) in italian(name).items():
        for text in texts:
            assert set(HOLE.findall(text)) <= set(HOLE.findall(sentence + plural)), text


def test_a_word_in_two_catalogues_means_the_same_in_both() -> None:
    seen: dict[str, tuple[str, ...]] = {}
    for name in i18n.DOMAINS:
        for sentence, (_, texts) in italian(name).items():
            assert seen.setdefault(sentence, texts) == texts, sentence


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
