"""The words that a reader meets: one for each thing, plain, whole, of the right length; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import catalogues
from tests.test_catalogues import kept
from tests.yardsticks.avoided_words import BEFORE, ENGLISH, ITALIAN, RIGHT

ROOT = Path(__file__).resolve().parent.parent

AVOIDED = {"it": ITALIAN, "en": ENGLISH}

CONSENT = re.compile(r"permesso|consens", re.IGNORECASE)
"""A consent, and nothing else, is *ritirato*."""

COMMAND = re.compile(
    r"^ {2,}.*$|«?clientela(?: --?[\w-]+| [\w.]+)+[^»\n]*»?|\w+\.(?:csv|toml|pdf)|'clientela\[fast\]'", re.M
)
BLANK = re.compile(r"\{(\w*)[^{}]*\}|%\((\w+)\)s")


def texts(language: str) -> Iterator[str]:
    """Yield every text of a language, each form, without the commands and file names in it."""
    for sources, said in kept().values():
        for text in said if language == "it" else sources:
            yield COMMAND.sub("", text.removesuffix(" (file name)"))


@pytest.mark.parametrize(("language", "avoided"), AVOIDED.items())
def test_one_word_for_one_thing(language: str, avoided: dict[str, str]) -> None:
    found = [
        (instead, text)
        for pattern, instead in avoided.items()
        for text in texts(language)
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("language", AVOIDED)
def test_the_lists_find_what_was_said_before_and_let_be_what_is_right(language: str) -> None:
    def is_found(said: str) -> bool:
        return any(re.search(pattern, said, re.IGNORECASE) for pattern in AVOIDED[language])

    assert [said for said in BEFORE[language].strip().splitlines() if not is_found(said)] == []
    assert [said for said in RIGHT[language].strip().splitlines() if is_found(said)] == []


def test_only_a_consent_is_taken_back_with_that_word() -> None:
    assert [text for text in texts("it") if "ritirat" in text and not CONSENT.search(text)] == []


BUTTON = re.compile(r"<button[^>]*>(.*?)</button>", re.S)
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
CALL = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')""")
LONGEST_BUTTON = 26
LONGEST_HEAD = 20


def messages_in(pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the messages that the pages show inside an element."""
    for page in sorted((ROOT / "templates").rglob("*.html")):
        for inside in pattern.findall(page.read_text("utf-8")):
            yield from (first or second for first, second in CALL.findall(inside))


@pytest.mark.parametrize(("place", "longest"), [(BUTTON, LONGEST_BUTTON), (HEAD, LONGEST_HEAD)])
def test_what_a_button_or_the_head_of_a_column_says_is_short(place: re.Pattern[str], longest: int) -> None:
    said = set(messages_in(place))
    assert len(said) > 10
    both = {form for text in said for form in (text, *kept()[None, text][1])}
    assert {text for text in both if len(BLANK.sub("8", text)) > longest} == set()


def test_a_file_name_has_no_accent_and_no_space() -> None:
    names = [
        form
        for (_context, key), (_s, said) in kept().items()
        if "(file name)" in key
        for form in (key, *said)
    ]
    assert len(names) > 20
    assert [name for name in names if not re.fullmatch(r"[a-z0-9-]+( \(file name\))?", name)] == []


WHO = r"(?:\{(?:name|fan|who|sender|friend)\}|%\((?:name|fan|who|sender|friend)\)s)"


def test_nothing_agrees_with_a_name_whose_gender_nobody_knows() -> None:
    agrees = re.compile(
        rf"{WHO} (è|era|sarà|viene) \w+[oa]\b|\b[Ll][oa] (manda|ha mandat\w) (un|{WHO})|dice lui\b"
    )
    assert [text for text in texts("it") if agrees.search(text)] == []


IMPERATIVE = re.compile(
    r"(^|[.;] |, e |, )(di’|rispondi|scrivi|chiudi|leggi|segui|scegli|apri|prendi|togli|metti|mostralo)\b",
    re.IGNORECASE,
)


def test_help_speaks_of_the_program_and_never_gives_it_orders() -> None:
    import click

    helps = [catalogues.help_of(command) for _words, command in catalogues.commands() if command.help]
    helps += [
        option.help
        for _words, command in catalogues.commands()
        for option in command.params
        if isinstance(option, click.Option) and option.help
    ]
    first = [kept()[None, text][1][0].split("\n\n")[0] for text in helps if (None, text) in kept()]
    assert len(first) > 60
    assert [text for text in first if IMPERATIVE.search(text)] == []


NUMBERS = (0, 1, 2, 8, 11, 21)
SECOND_NUMBER = {"{days} giorni per tornare"}
"""Second numbers that are limits of days, never one."""


def countable() -> set[tuple[str, str]]:
    """Return the words that stand behind a number, one and many, as the catalogue itself has them."""
    behind = re.compile(r"(?:\{(\w+)\}|%\((\w+)\)s) (\w+)")
    found: set[tuple[str, str]] = set()
    for _sources, said in kept().values():
        if len(said) == 2:
            one, many = ({a or b: word for a, b, word in behind.findall(form)} for form in said)
            found |= {
                (one[name], many[name])
                for name in one.keys() & many.keys()
                if one[name][:2] == many[name][:2]
            }
    return {(one, many) for one, many in found if one != many}


def test_only_the_number_that_is_counted_governs_words() -> None:
    pairs = countable()
    assert {("persona", "persone"), ("acquisto", "acquisti")} & pairs
    assert len(pairs) > 30
    wrong = []
    for _sources, said in kept().values():
        for number in NUMBERS if len(said) == 2 else ():
            form = said[0] if number == 1 else said[1]
            for limit in SECOND_NUMBER:
                form = form.replace(limit, "")
            text = BLANK.sub(str(number), form)
            bad = (many if number == 1 else one for one, many in pairs)
            wrong += [text for word in bad if re.search(rf"(?<![\d.,]){number} {word}\b", text)]
    assert wrong == []


CODE_OR_LINK = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", re.DOTALL)
BOTH = ROOT / "docs" / "definitions.md"
"""Every line of it says the same in both languages."""

FOR_BUILDERS = ("decisions", "benchmarks.md", "tour.md", "add-something.md", "cli.md", "tables.md")
"""What is written for who builds, in the words of the code, or made from texts that others look at."""

SPELLING = ("accents and quotes", "the typographic apostrophe", "the d only between equal vowels")
RIGHT_HERE = ("né rifiutati", "a coupon or discount")


PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if not set(FOR_BUILDERS) & set(path.parts)
]
"""The pages that an owner reads."""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_documentation_says_the_same_words(page: Path) -> None:
    languages = ("it", "en") if page == BOTH else ("it",) if page.parent.name == "it" else ("en",)
    text = CODE_OR_LINK.sub("", page.read_text("utf-8"))
    for right in RIGHT_HERE:
        text = text.replace(right, "")
    found = [
        (instead, line.strip())
        for language in languages
        for pattern, instead in AVOIDED[language].items()
        for line in text.splitlines()
        if not (page == BOTH and instead in SPELLING) and re.search(pattern, line, re.IGNORECASE)
    ]
    assert found == []
