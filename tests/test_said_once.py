"""Each thing is said in one place: reasons, a fan's conditions, the categories, somebody's rhythm."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from clientela.fan_conditions import CONDITIONS, GATES, SCORED
from clientela.i18n import gettext, speaking
from clientela.reasons import REASONS, brief_reason, reason
from clientela.rhythm import own_gap, rhythm, rhythm_in_full
from clientela.terms import CATEGORIES, CATEGORY_NAMES, OUTSIDE, category_name
from clientela.warehouse.measures.definitions import measure_of
from scripts.catalogues import ROOT, sources

MODELS = ROOT / "clientela" / "warehouse" / "models"
REASON = re.compile(r"(?:then|else) '((?:no|few|too|not|nobody)_\w+|burn_in|data_error|trade_default)'")
WORDING = {"_", "N_", "lazy", "lazy_in"}

KINDS_OF_CALL = frozenset({"cli/commands/actions.py", "reports/list_columns.py"})
"""The kinds of call: a column of the command, and a cell of the list, which is narrower."""


def tables() -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """Yield every table of words in the code, with its file: the codes of a literal and what they say."""
    for path in sources():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Dict) and (worded := set(pairs(node))):
                    yield str(path.relative_to(ROOT)), worded


def pairs(node: ast.Dict) -> Iterator[tuple[str, str]]:
    """Yield each code of a dictionary with each message that stands for it."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            for call in ast.walk(value):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in WORDING:
                    yield key.value, ast.unparse(call.args[-1])


def test_no_two_tables_say_the_same_of_the_same_codes() -> None:
    found = list(tables())
    assert len(found) > 40
    twice = [
        (one, other, sorted(said & said_too))
        for (one, said), (other, said_too) in combinations(found, 2)
        if len(said & said_too) >= 2 and {one, other} != KINDS_OF_CALL
    ]
    assert twice == []


@pytest.mark.parametrize("family", ["people", "revenue_12m", "revenue_share"])
def test_a_measure_of_a_category_calls_it_by_its_name(family: str) -> None:
    known = {code: measure_of(f"{family}.{code}") for code in CATEGORIES}
    assert {code: found.group for code, found in known.items() if found} == {
        code: CATEGORY_NAMES[code].many for code in CATEGORIES
    }


def test_every_reason_of_a_table_has_its_words() -> None:
    given = {code for path in MODELS.rglob("*.sql") for code in REASON.findall(path.read_text("utf-8"))}
    assert len(given) > 20
    assert given - set(REASONS) == set()


def test_no_reason_has_words_that_no_table_gives() -> None:
    texts = [
        path.read_text("utf-8")
        for folder in ("clientela", "reports")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".sql", ".py") and path.name != "reasons.py"
    ]
    never = [code for code in REASONS if not any(re.search(rf"['\"]{code}['\"]", text) for text in texts)]
    assert never == []


def test_a_reason_without_words_is_readable_all_the_same() -> None:
    assert reason("no_moon_phase") == brief_reason("no_moon_phase") == "no moon phase"
    assert reason(None) == brief_reason(None) == ""


def test_a_cell_has_the_short_words_and_the_sentence_where_there_are_none() -> None:
    with speaking("en"):
        assert brief_reason("not_reached") == "fewer than half return"
        assert brief_reason("no_sales") == reason("no_sales") == "There are no sales with a name yet."


def test_every_condition_of_a_fan_has_its_words() -> None:
    gates = (MODELS / "steps" / "fan_candidates.sql").read_text("utf-8")
    asked = re.findall(r"then '(\w+)'", gates[: gates.index("as failed_gate")])
    assert asked == list(GATES)
    scores = (MODELS / "marts" / "fan_scores.sql").read_text("utf-8")
    parts = set(re.findall(r"'(\w+)'", scores[: scores.index("as missing")])) & set(CONDITIONS)
    assert parts == set(SCORED)


@pytest.mark.parametrize("language", ["it", "en"])
def test_each_category_has_its_own_name_for_one_and_for_many(language: str) -> None:
    with speaking(language):
        assert list(CATEGORY_NAMES) == [*CATEGORIES, OUTSIDE]
        assert len({category_name(code) for code in CATEGORIES}) == 7
        assert len({gettext(CATEGORY_NAMES[code].one) for code in CATEGORIES}) == 7
        assert category_name("unheard_of") == "unheard_of"


def test_a_rhythm_is_claimed_from_the_third_purchase_on_in_both_lengths() -> None:
    with speaking("en"):
        assert rhythm(1, None, 40) == "one purchase, 40 days ago"
        assert rhythm(2, 12.0, 40) == "bought twice, 12 days apart: too little to know their rhythm"
        assert rhythm(3, 12.0, 40) == "every 12 days, away for 40 days"
        assert rhythm_in_full(2, 12.0, 40).startswith("Bought twice, 12 days apart")
        assert rhythm_in_full(3, 12.0, 40, 0.03).endswith("comes 3 times in 100.")
    assert (own_gap(2, 12.0), own_gap(3, 12.4), own_gap(3, None)) == (None, 12, None)


def test_nobody_buys_every_no_days() -> None:
    with speaking("en"):
        assert rhythm(4, 0.3, 9) == "every day, away for 9 days"
        assert rhythm_in_full(4, 0.3, 9).startswith("Usually buys every 1 day,")
        assert rhythm_in_full(2, 0.3, 9).startswith("Bought twice, 1 day apart")
    assert own_gap(4, 0.3) == 1
