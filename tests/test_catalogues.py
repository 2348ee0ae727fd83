"""One catalogue a language: all that the product says is in it, and nothing else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click
import pytest

from clientela import i18n
from scripts import catalogues
from scripts.catalogues import Said

CATALOGUES = sorted(catalogues.LOCALES.glob("*/LC_MESSAGES/*.po"))
CLICK = catalogues.ITALIAN.with_stem("click")
SPOKEN_BY_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
FOR_PROGRAMMERS = re.compile(
    r"^(Arguments take|Boolean option|Could not determine|Invalid start|Name '|No options defined|Value must"
    r"|DeprecationWarning)"
)
"""Sentences of Click that only the author of a command can meet."""

Key = tuple[str | None, str]
Kept = tuple[tuple[str, ...], tuple[str, ...]]
"""The English forms of an entry and its Italian ones."""


@cache
def said() -> dict[Key, list[Said]]:
    found: dict[Key, list[Said]] = {}
    for message in catalogues.messages():
        found.setdefault(message.key, []).append(message)
    return found


@cache
def kept(path: Path = catalogues.ITALIAN) -> dict[Key, Kept]:
    return {
        (entry.context, sources[0]): (sources, texts)
        for entry in catalogues.read_po(path)
        if (sources := forms(entry.id))[0] and (texts := forms("" if entry.fuzzy else entry.string or ""))
    }


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_sentence_of_the_product_is_there_in_italian() -> None:
    translated = {key for key, (_sources, texts) in kept().items() if all(texts)}
    assert {key: found[0].where for key, found in said().items() if key not in translated} == {}


def test_no_sentence_is_kept_that_nobody_says() -> None:
    assert set(kept()) - set(said()) == set()


def test_the_sentences_come_from_code_pages_and_help_texts_of_every_room() -> None:
    places = {message.where for found in said().values() for message in found}
    rooms = {place.split("/")[0] for place in places if "/" in place}
    assert rooms == set(catalogues.CODE) - {"sample_data"}
    assert {place.rpartition(".")[2] for place in places if "/" in place} == {"py", "html", "toml"}
    assert {"clientela", "clientela referral key new", "clientela load"} <= places


def test_one_english_text_has_the_same_forms_wherever_it_is_said() -> None:
    assert {key for key, found in said().items() if len({message.forms for message in found}) > 1} == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_compiled_catalogue_is_that_of_its_source(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(path), "run: make catalogues"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_stands_in_order_so_that_two_hands_seldom_meet_in_it(path: Path) -> None:
    def entries(text: bytes) -> list[str]:
        return text.decode().partition("\n\n")[2].splitlines()

    assert catalogues.standing_twice(path) == []
    assert entries(path.read_bytes()) == entries(catalogues.in_order(path)), "run: make catalogues"


def test_an_entry_that_stands_twice_is_found_whatever_each_says(tmp_path: Path) -> None:
    once = 'msgid "one"\nmsgstr "uno"\n\nmsgctxt "a"\nmsgid "one"\nmsgstr "primo"\n\n'
    (tmp_path / "a.po").write_text(once + 'msgid ""\n"two "\n"lines"\nmsgstr "due"\n', "utf-8")
    assert catalogues.standing_twice(tmp_path / "a.po") == []
    (tmp_path / "a.po").write_text(once + 'msgid "one"\nmsgstr "una"\n', "utf-8")
    assert catalogues.standing_twice(tmp_path / "a.po") == ['msgid "one"\n']


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_fills_the_same_blanks(path: Path) -> None:
    for sources, texts in kept(path).values():
        for text in texts:
            assert blanks(text) <= blanks(sources[-1]) | blanks(sources[0]), text
        assert blanks(texts[-1]) == blanks(sources[-1]), texts[-1]


def blanks(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s|\{(\w*)[^\w{}]?\w?\}", text))


def test_every_sentence_of_click_that_an_owner_can_meet_is_there_in_italian() -> None:
    folder = Path(click.__file__).parent
    files = [folder / f"{name}.py" for name in SPOKEN_BY_CLICK]
    theirs = {message.key for file in files for message in catalogues.said_in(file)}
    assert {key for key in theirs if not FOR_PROGRAMMERS.match(key[1])} - set(kept(CLICK)) == set()


def test_a_sentence_is_looked_up_in_the_language_asked_for() -> None:
    with i18n.speaking("it"):
        assert i18n.gettext("The purchase ladder") == "La scala degli acquisti"
        assert i18n.ngettext("%(num)s friend", "%(num)s friends", 1) == "%(num)s amico"
    with i18n.speaking("en"):
        assert i18n.gettext("The purchase ladder") == "The purchase ladder"
        assert i18n.ngettext("%(num)s friend", "%(num)s friends", 2) == "%(num)s friends"
