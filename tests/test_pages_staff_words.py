"""Every word of the till and of the owner's page has its Italian."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from clientela.referral_server.routes import owner_words
from scripts.catalogues import LOCALES, compiled, read_po

ROOT = Path(__file__).parent.parent
CODE = ("till", "till_counter", "till_sale", "till_undo", "staff", "login", "owner", "owner_words")
PO = LOCALES / "it" / "LC_MESSAGES" / "staff.po"


def said() -> Iterator[Any]:
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
    pages = sorted((ROOT / "templates" / "referral").glob("*.html"))
    mine = [page for page in pages if re.match(r"till|owner|enrol|login|staff", page.name)]
    sources: list[tuple[Path, Any]] = [(page, babel_extract) for page in mine]
    sources += [(ROOT / "referral_server" / "routes" / f"{name}.py", "python") for name in CODE]
    for path, method in sources:
        with path.open("rb") as file:
            options = {"trimmed": "true"} if path.suffix == ".html" else {}
            for _line, message, _comments, _context in extract(method, file, keywords, options=options):
                yield message


def test_every_word_has_its_italian_and_no_other_does() -> None:
    catalogue = read_po(PO)
    asked = {message if isinstance(message, str) else message[0] for message in said()}
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue if entry.id}
    assert asked == known
    for entry in catalogue:
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(forms), entry.id


def test_the_italian_fills_in_the_same_blanks() -> None:
    for entry in read_po(PO):
        if not entry.id:
            continue
        sources = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for form in forms:
            assert blanks(form) <= blanks(sources[-1]), entry.id
        assert blanks(forms[-1]) == blanks(sources[-1]), entry.id


def blanks(text: str) -> set[str]:
    if "%(" in text:
        return set(re.findall(r"%\((\w+)\)s", text))
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(PO)


def test_every_rule_way_and_state_of_the_store_has_words() -> None:
    from clientela.loyalty.claims import fraud_rules
    from clientela.loyalty.people import likeness_rules

    rules = {rule.__name__ for rule in fraud_rules.RULES} | {fraud_rules.HOUSEHOLD.rule}
    rules |= {likeness_rules.SIMILAR_FAN.rule, likeness_rules.SIMILAR_BEFORE.rule}
    assert rules == set(owner_words.RULES)
    schema = (ROOT / "clientela" / "loyalty" / "store" / "migrations" / "0001_first_schema.sql").read_text(
        "utf-8"
    )
    states = re.search(r"create table claims .*?check \(state in \(([^)]*)\)", schema, re.DOTALL)
    assert states is not None
    assert set(re.findall(r"'(\w+)'", states[1])) == set(owner_words.STATES)
