"""What people say when asked: would they recommend the shop, and where else do they buy."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, moment, next_open
from clientela.sample_data.people import Person
from clientela.sample_data.rhythm import Life
from clientela.sample_data.surroundings import COMPETITORS

WAVES: Final = (
    ("2024-maggio", date(2024, 5, 6)),
    ("2025-maggio", date(2025, 5, 5)),
    ("2025-novembre", date(2025, 11, 10)),
    ("2026-maggio", date(2026, 5, 4)),
    ("2026-ottobre", date(2026, 10, 1)),
)
ANSWERS: Final = 0.30
"""Share of present customers who answer in a wave."""

SCORES: Final = {10: 0.28, 9: 0.24, 8: 0.20, 7: 0.13, 6: 0.06, 5: 0.04, 4: 0.02, 3: 0.01, 2: 0.01, 0: 0.01}
"""Planted: 52 % promoters, 15 % detractors, so a score of +37."""

EXCLUSIVE: Final = 0.30
"""Planted share of those asked who buy everything of this kind here."""

_REASONS: Final = {
    "promoter": ("Mi consigliano sempre bene", "Formaggi come una volta", "Mi conoscono per nome"),
    "passive": ("Buono ma caro", "Vorrei orari più lunghi", ""),
    "detractor": ("Ho aspettato troppo", "Prezzi saliti", "Nessuno mi ha salutato"),
}


def nps_class(score: int) -> str:
    """Return promoter, passive or detractor (Reichheld 2003)."""
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def survey_rows(people: list[Person], lives: dict[str, Life]) -> list[dict[str, object]]:
    """Return surveys.csv in order of time."""
    rows: list[dict[str, object]] = []
    for wave, start in WAVES:
        chance = Chance(f"survey {wave}")
        for person in people:
            score = _score(chance, person, wave, lives[person.customer_id], start)
            if score is not None:
                day = next_open(min(start + timedelta(chance.between(0, 24)), LAST))
                rows.append(_row(chance, wave, moment(chance, day), person, score))
        for _ in range(chance.between(4, 9)):
            day = next_open(min(start + timedelta(chance.between(0, 24)), LAST))
            rows.append(_row(chance, wave, moment(chance, day), None, _drawn(chance)))
    rows.sort(key=lambda row: (str(row["ts"]), str(row["customer_id"])))
    return [{"response_id": f"S{place:04d}", **row} for place, row in enumerate(rows, start=1)]


def _score(chance: Chance, person: Person, wave: str, life: Life, start: date) -> int | None:
    """Return the answer, or None for those who were not asked or kept silent."""
    before = [day for day in life.days if start - timedelta(240) <= day < start]
    answers = chance.happens(ANSWERS)
    if person.role == "silent_best":
        return 9 if wave == "2024-maggio" else None
    if person.role == "connector":
        return 10 if wave in ("2025-maggio", "2026-maggio") else None
    if person.role == "toxic_unpaid_scope":
        return 9 if wave == "2026-maggio" else None
    if person.role.startswith("toxic"):
        return 4 if wave == "2026-maggio" else None
    return _drawn(chance) if before and answers else None


def _drawn(chance: Chance) -> int:
    return chance.weighted(tuple(SCORES), tuple(SCORES.values()))


def _row(chance: Chance, wave: str, at: datetime, person: Person | None, score: int) -> dict[str, object]:
    row: dict[str, object] = {
        "wave": wave,
        "ts": at,
        "customer_id": person.customer_id if person else None,
        "score_0_10": score,
        "reason": chance.pick(_REASONS[nps_class(score)]),
        "share_of_10": None,
        "shops_used": None,
        "our_rank": None,
        "main_competitor": None,
        "trust_product": min(5, max(1, (score + 1) // 2 + chance.between(-1, 1))),
        "trust_company": min(5, max(1, (score + 1) // 2 + chance.between(-1, 1))),
        "source_of_answer": chance.weighted(("qr", "paper", "email"), (6, 2, 2)),
    }
    if chance.happens(0.6):
        alone = chance.happens(EXCLUSIVE)
        shops = 1 if alone else chance.weighted((2, 3, 4), (5, 3, 2))
        rank = 1 if alone else chance.between(1, shops)
        row |= {
            "share_of_10": 10 if alone else max(1, min(8, 9 - 2 * rank + chance.between(-1, 1))),
            "shops_used": shops,
            "our_rank": rank,
            "main_competitor": None if alone else chance.pick(COMPETITORS)[0],
        }
    return row
