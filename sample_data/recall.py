"""The calls to people who had stopped coming: half of them called, by lot, and who came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, next_open
from clientela.sample_data.people import Person
from clientela.sample_data.rhythm import Life, continue_from

ROUNDS: Final = (
    date(2025, 1, 14),
    date(2025, 4, 8),
    date(2025, 9, 16),
    date(2026, 1, 13),
    date(2026, 4, 14),
    date(2026, 9, 8),
)
COMES_BACK: Final = {False: 0.05, True: 0.25}
"""The planted chance to come back within 30 days, for those left alone and those called."""

OUTCOMES: Final = ("replied", "sent", "delivered")


@dataclass(frozen=True)
class Call:
    """One person of one round of the call list."""

    customer_id: str
    round_on: date
    was_called: bool
    called_on: date
    status: str
    came_back_on: date | None
    asked_for_peace: bool


def recall(people: list[Person], lives: dict[str, Life]) -> tuple[dict[str, Life], list[Call]]:
    """Call those who left four to nine months ago; return the lives as they went on, and the calls."""
    changed = dict(lives)
    calls: list[Call] = []
    known: set[str] = set()
    for round_on in ROUNDS:
        chance = Chance(f"recall {round_on}")
        for person in people:
            life = lives[person.customer_id]
            left = life.left_on
            eligible = person.role in ("ordinary", "company") and len(life.days) > 1 and left is not None
            if not eligible or left is None or not 120 <= (round_on - left).days <= 270:
                continue
            if person.customer_id in known or not (person.phone or person.email):
                continue
            known.add(person.customer_id)
            call = _call(chance, person.customer_id, round_on)
            calls.append(call)
            if call.came_back_on:
                changed[person.customer_id] = _again(chance, life, call.came_back_on)
    return changed, calls


def _call(chance: Chance, customer_id: str, round_on: date) -> Call:
    was_called = chance.happens(0.5)
    called_on = next_open(round_on + timedelta(chance.between(0, 6)))
    back = next_open(called_on + timedelta(chance.between(2, 24)))
    returns = chance.happens(COMES_BACK[was_called]) and back <= LAST
    return Call(
        customer_id,
        round_on,
        was_called,
        called_on,
        "replied" if returns else chance.weighted(OUTCOMES, (45, 40, 15)),
        back if returns else None,
        was_called and not returns and chance.happens(0.08),
    )


def _again(chance: Chance, life: Life, back: date) -> Life:
    """Return the life with a second part, at a pace of its own."""
    mean_gap = 20.0 + 25.0 * chance.gamma(1.5)
    later, left_on = continue_from(chance, back, mean_gap, 500.0)
    return replace(life, days=(*life.days, back, *later), left_on=left_on)
