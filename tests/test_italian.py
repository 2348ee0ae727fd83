"""The ten rules of words: Italian as it sounds and as it is written, in every sentence of the catalogue."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from markupsafe import Markup

from clientela import i18n
from clientela.italian import preposed
from clientela.loyalty.till.results import day_text
from clientela.sentence import ItalianSentence, Sentence
from clientela.templates import environment
from clientela.templates.filters import day
from tests.test_catalogues import kept
from tests.worlds.demo import Demo

NUMBERS = ("0", "1", "8", "11", "80", "8.000")
DAYS = (date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 11))
WRONG = re.compile(r"\b(il|al|del|dal|nel|sul|i|ai|dei) (0|8|11|8\d|8\d\d)\b", re.IGNORECASE)
BLANK = re.compile(r"\{(\w+)[^{}]*\}|%\((\w+)\)s")

SOUNDS = (
    "il 0→lo 0 · del 0,5 %→dello 0,5 % · il 1→l’1 · del 1,5 %→dell’1,5 % · il 8→l’8 · nel 8,3 %→nell’8,3 % · "
    "del 11→dell’11 · il 18→il 18 · il 80,4 %→l’80,4 % · Nel 81→Nell’81 · Il 83 %→L’83 % · il 88→l’88 · "
    "il 110→il 110 · il 180→il 180 · il 800→l’800 · il 1.000→il 1.000 · il 8.000→l’8.000 · "
    "il 11.000→l’11.000 · il 18.000→il 18.000 · i 8→gli 8 · dei 80→degli 80 · i 18→i 18 · "
    "dei 1.000→dei 1.000 · dei 8.000→degli 8.000 · ai 11.000→agli 11.000 · "
    # What no list of numbers in whole would show: days, other ways to write a number, what is none.
    "al 8 ottobre→all’8 ottobre · dal 1º ottobre→dal 1º ottobre · il 08/10/26→l’08/10/26 · "
    "il 01/10/26→il 01/10/26 · il 1/10→il 1/10 · dal 11/10/26→dall’11/10/26 · il 2018→il 2018 · "
    "sul 8500→sull’8500 · il −8 %→il −8 % · dal Bar 8→dal Bar 8 · ai 0→agli 0 · "
    "a agosto→ad agosto · A aprile→Ad aprile · a ottobre→a ottobre · e Elena→ed Elena · "
    "e ottobre→e ottobre · a 8 euro→a 8 euro"
)


@pytest.mark.parametrize("vector", SOUNDS.split(" · "))
def test_the_word_before_a_value_is_the_one_that_is_said(vector: str) -> None:
    written, said = vector.split("→")
    word, _space, value = written.partition(" ")
    assert preposed(word, value) + value == said
    assert ItalianSentence(f"Fu {word} {{x}}.").format(x=value) == f"Fu {said}."
    assert ItalianSentence(f"({word} %(x)s)") % {"x": value} == f"({said})"


def test_a_value_is_left_as_it_is_whatever_it_says() -> None:
    said = ItalianSentence("il {share} da {shop}, «a {name}»")
    assert said.format(share="18 %", shop="il 8 di via dei 11", name="il 8") == (
        "il 18 % da il 8 di via dei 11, «a il 8»"
    )
    assert said.format(share="8 %", shop="a {share}", name="%(share)s") == "l’8 % da a {share}, «a %(share)s»"


def test_pages_and_sentences_say_the_word_as_it_sounds_and_english_is_left_alone() -> None:
    page = environment().from_string("{{ _('Data to %(day)s', day=on) }} {{ _('%(name)s', name=name) }}")
    with i18n.speaking("it"):
        assert page.render(on=day(DAYS[1]), name="<").startswith("Dati fino all’8 maggio 2026 &lt;")
        assert page.render(on=Markup("<b>11</b>"), name="").startswith("Dati fino all’<b>11</b>")
        assert page.render(on="<b>11", name="").startswith("Dati fino all’&lt;b&gt;11")
        receipts = i18n.gettext("{share} of the receipts of 12 months carry a name.")
        assert receipts.format(share="83 %") == "L’83 % degli scontrini di 12 mesi ha un nome."
    with i18n.speaking("en"):
        assert page.render(on="8 May", name="&") == "Data to 8 May &amp;"


@pytest.mark.parametrize("kind", [Sentence, ItalianSentence])
def test_a_name_that_ends_with_a_full_stop_brings_the_sentences_own(kind: type[Sentence]) -> None:
    said = kind("Da {fan}. E {file}.csv, {fan}...")
    assert said.format(fan="Anna B.", file="uno.") == "Da Anna B. E uno..csv, Anna B...."
    assert said.format(fan="Anna", file="uno") == "Da Anna. E uno.csv, Anna..."
    assert kind("%(fan)s.") % {"fan": "Anna B."} == "Anna B."
    page = environment().from_string("{{ _('Entered by %(name)s.', name=name) }}")
    for language, whole in (("it", "Registrato da Anna B."), ("en", "Entered by Anna B.")):
        with i18n.speaking(language):
            assert page.render(name="Anna B.") == whole


def test_the_first_of_a_month_is_written_as_it_is_said() -> None:
    with i18n.speaking("it"):
        assert [day(on) for on in DAYS] == ["1º maggio 2026", "8 maggio 2026", "11 maggio 2026"]
        assert [day(date(2026, 5, number)) for number in (21, 31)] == ["21 maggio 2026", "31 maggio 2026"]
        assert [day_text(on) for on in DAYS] == ["1º maggio", "8 maggio", "11 maggio"]
    with i18n.speaking("en"):
        assert day(DAYS[0]) == "1 May 2026"
        assert day_text(DAYS[0]) == "1 May"


def test_no_sentence_puts_the_wrong_article_before_a_number_or_a_day() -> None:
    with i18n.speaking("it"):
        values = [*NUMBERS, *map(day, DAYS)]
        wrong = {
            text: said
            for _sources, texts in kept().values()
            for text in texts
            for value in values
            if WRONG.search(said := filled(text, value))
        }
    assert wrong == {}


@pytest.mark.slow
def test_the_report_of_the_fictional_shop_reads_aloud(reported_demo: Demo) -> None:
    (page,) = (reported_demo.folder / "reports").glob("*.html")
    text = re.sub(r"<(style|title)\b.*?</\1>|<[^<>]*>", "", page.read_text("utf-8"), flags=re.DOTALL)
    text = unescape(text).replace("\u00a0", " ")
    assert "L’83 % degli scontrini di 12 mesi ha un nome." in text
    assert "Vendite dal 1º ottobre 2023 al 31 ottobre 2026" in text
    assert WRONG.search(text) is None
    assert re.search(r"\{\w+\}|%\(\w+\)s", text) is None


def filled(text: str, value: str) -> str:
    """Return an Italian sentence as the product fills it, every blank with one value."""
    names = {first or second for first, second in BLANK.findall(text)}
    values = dict.fromkeys(names, value)
    ready = ItalianSentence(text)
    return ready % values if "%(" in text else ready.format(**values) if names else ready
