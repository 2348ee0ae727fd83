"""One in ten is left alone, so that the report can say whether calling pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clientela.settings.shop_settings import Actions, Settings
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.connection import open_shop
from clientela.warehouse.predictions.call_trials import eligible_a_year, is_held_out, keep_comparison
from tests.worlds.made_shop import order, raw_shop
from tests.worlds.program import Run
from tests.worlds.told import tell

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def reported(demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fictional shop with one month of snapshots in which many were late."""
    import shutil

    folder = tmp_path_factory.mktemp("called") / "demo"
    shutil.copytree(demo_settings.folder, folder)
    with open_shop(folder / demo_settings.paths.database) as db:
        people = [who for (who,) in db.execute("select customer_id from marts.customers").fetchall()]
        tell(db, AS_OF, "customer", *people, is_late=True)
    return folder


@pytest.fixture
def shop(reported: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(reported, tmp_path / "demo"))


def settings_of(folder: Path, demo: Settings, *, holdout: bool) -> Settings:
    return replace(demo, folder=folder, actions=Actions(holdout=holdout))


def test_one_in_ten_is_left_alone_and_always_the_same_ones() -> None:
    people = [f"c{number}" for number in range(5000)]
    alone = [who for who in people if is_held_out(AS_OF, who)]
    assert 430 < len(alone) < 570, "500 are expected, 21 is one standard deviation"
    assert alone == [who for who in people if is_held_out(date(2026, 10, 1), who)]
    next_month = {who for who in people if is_held_out(date(2026, 11, 30), who)}
    assert 20 < len(next_month & set(alone)) < 85, "another month draws again: 50 are expected in both"


def test_nobody_is_left_alone_unless_the_owner_asks(shop: Path, demo_settings: Settings) -> None:
    with open_shop(shop / demo_settings.paths.database) as db:
        assert keep_comparison(db, settings_of(shop, demo_settings, holdout=False), AS_OF) == 0
        assert db.execute("from history.call_trials").fetchall() == []


def test_too_few_people_to_call_in_a_year_are_all_called(demo_copy: Path, demo_settings: Settings) -> None:
    with open_shop(demo_copy / demo_settings.paths.database) as db:
        assert eligible_a_year(db, AS_OF) < 200
        assert keep_comparison(db, settings_of(demo_copy, demo_settings, holdout=True), AS_OF) == 0


def test_who_was_late_in_a_version_that_no_longer_holds_is_not_counted() -> None:
    """Anna and Bea were late in March; a later load brought a receipt of Bea's, and March was told again."""
    march = date(2026, 3, 31)
    with raw_shop(orders=[order("anna", "2026-01-05")]) as db:
        db.at(date(2026, 4, 30))
        tell(db, march, "customer", "anna", "bea", is_late=True)
        assert eligible_a_year(db, march) == 2
        tell(db, march, "customer", "anna", version=2, is_late=True)
        tell(db, march, "customer", "bea", version=2)
        assert eligible_a_year(db, march) == 1


def test_fans_and_silent_best_customers_are_never_left_alone(shop: Path, demo_settings: Settings) -> None:
    given = settings_of(shop, demo_settings, holdout=True)
    with open_shop(shop / demo_settings.paths.database) as db:
        before = [row[0] for row in db.execute("select customer_id from marts.call_list").fetchall()]
        held = keep_comparison(db, given, AS_OF)
        again = keep_comparison(db, given, AS_OF)
        trial = dict(db.execute("select customer_id, arm from history.call_trials").fetchall())
        best = {row[0] for row in db.execute("select customer_id from marts.silent_best").fetchall()}
        fans = {
            row[0]
            for row in db.execute("select customer_id from marts.customers where category = 'fan'").fetchall()
        }
        build_marts(db, given, AS_OF)
        after = [row[0] for row in db.execute("select customer_id from marts.call_list").fetchall()]
    assert held == again == list(trial.values()).count("hold_out") > 0
    assert set(trial) == set(before) - best - fans
    assert after == [who for who in before if trial.get(who) != "hold_out"]
    assert best & set(before) <= set(after)


@pytest.fixture
def trial_shop(shop: Path, demo_settings: Settings) -> Iterator[tuple[Path, str, str]]:
    """A shop with a comparison group; somebody to call and somebody left alone."""
    with open_shop(shop / demo_settings.paths.database) as db:
        given = settings_of(shop, demo_settings, holdout=True)
        keep_comparison(db, given, AS_OF)
        build_marts(db, demo_settings, AS_OF)
        called = db.execute("select customer_id from marts.call_list limit 1").fetchall()[0][0]
        (alone,) = db.execute(
            "select customer_id from marts.call_trial where arm = 'hold_out' limit 1"
        ).fetchall()[0]
    return shop, called, alone


def rows_of(run: Run, shop: Path) -> Any:
    return run("actions", "list", "--format", "json", shop=shop).json


def test_the_list_names_the_comparison_group_apart(run: Run, trial_shop: tuple[Path, str, str]) -> None:
    shop, called, alone = trial_shop
    answer = rows_of(run, shop)
    assert called in {row["customer_id"] for row in answer["rows"]}
    assert alone not in {row["customer_id"] for row in answer["rows"]}
    assert alone in {row["customer_id"] for row in answer["hold_out"]}
    table = run("actions", "list", shop=shop, lang="it").out
    assert "gruppo di confronto: questo mese non chiamare" in table.splitlines()[-1]


def test_an_outcome_is_noted_and_a_later_one_takes_its_place(
    run: Run, trial_shop: tuple[Path, str, str]
) -> None:
    shop, called, alone = trial_shop
    assert run("actions", "done", called, "--outcome", "non risponde", shop=shop).code == 0
    found = run("actions", "done", called, "--outcome", "bought", "--euros", "45,50", shop=shop)
    assert (found.code, found.out) == (0, "")
    noted = {row["customer_id"]: (row["outcome"], row["euros"]) for row in rows_of(run, shop)["rows"]}
    assert noted[called] == ("bought", "45.50")
    assert "comparison group" in run("actions", "done", alone, shop=shop).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("actions", "done", "nobody-of-that-name"), "nobody-of-that-name"),
        (("actions", "done", "C0001", "--outcome", "sung"), "“sung” is not an outcome"),
        (("actions", "done", "C0001", "--euros", "much"), "“much” is not an amount"),
        (("actions", "done", "C0001", "--euros", "nan"), "“nan” is not an amount"),
        (("actions", "done", "C0001", "--euros", "-1"), "“-1” is not an amount"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_a_sentence(
    run: Run, demo_copy: Path, words: tuple[str, ...], said: str
) -> None:
    answer = run(*words, shop=demo_copy)
    assert answer.code == 2
    assert said in answer.err


def test_somebody_who_is_not_on_the_list_is_refused(
    run: Run, demo_copy: Path, demo_settings: Settings
) -> None:
    with open_shop(demo_copy / demo_settings.paths.database, read_only=True) as db:
        (other,) = db.execute(
            "select customer_id from marts.customers where is_listed and category = 'fan' "
            "and customer_id not in (select customer_id from marts.call_list) limit 1"
        ).fetchall()[0]
    answer = run("actions", "done", other, shop=demo_copy)
    assert answer.code == 2
    assert "is not on this month's call list" in answer.err
