"""What happened beside the sales: complaints, praise, appointments, and the people who wear one out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, moment, next_open, night
from clientela.sample_data.people import Person
from clientela.sample_data.rhythm import Life

YEAR_START: Final = date(2025, 11, 1)
"""The toxic show themselves in the last twelve months."""

QUIET: Final = ("silent_best", "connector")
"""Roles that never complain and never return anything."""

_USUAL: Final = (
    ("complaint", 10, "Formaggio troppo stagionato"),
    ("praise", 26, "Consiglio azzeccato per il vino"),
    ("suggestion", 12, "Chiede più prodotti senza glutine"),
    ("support", 20, "Come conservare il pecorino"),
    ("price_request", 14, "Prezzo di un cesto su misura"),
    ("appointment", 14, "Degustazione del giovedì"),
    ("urgent", 4, "Regalo per la sera stessa"),
)

TOXIC: Final[dict[str, dict[str, tuple[tuple[str, int, bool, str], ...]]]] = {
    # role: family: type, how many in the last year, at night?, note
    "toxic_unpaid_urgent": {
        "T": (("urgent", 14, True, "Serve entro domattina"), ("no_show", 3, False, "Non si è presentato")),
    },
    "toxic_unpaid_price": {
        "P": (("price_request", 13, False, "Chiede lo sconto dopo l'accordo"),),
    },
    "toxic_unpaid_scope": {
        "S": (("out_of_scope", 10, False, "Vuole il servizio al tavolo, che non facciamo"),),
    },
    "toxic_unpaid_clarity": {
        "P": (("price_request", 17, False, "Ritratta il prezzo del cesto"),),
        "C": (("revision", 12, False, "Cambia di nuovo la composizione dei cesti"),),
    },
    "toxic_times_scope": {
        "T": (
            ("urgent", 12, True, "Messaggio di notte, vuole risposta subito"),
            ("no_show", 6, False, "Degustazione saltata"),
        ),
        "S": (("out_of_scope", 9, False, "Chiede consegne fuori zona gratis"),),
    },
    "toxic_price_times": {
        "P": (("price_request", 12, False, "Tratta il prezzo dopo la conferma"),),
        "T": (
            ("urgent", 11, True, "Ordine alle undici di sera"),
            ("no_show", 4, False, "Non ritira l'ordine"),
        ),
    },
}
"""Families as in the rules for the toxic: T times, P price, S scope, C clarity; U (unpaid) is in payments."""


def interaction_rows(people: list[Person], lives: dict[str, Life]) -> list[dict[str, object]]:
    """Return interactions.csv in order of time."""
    rows: list[dict[str, object]] = []
    for person in people:
        life = lives[person.customer_id]
        if not life.days or person.role in QUIET:
            continue
        rows += _toxic(person) if person.role in TOXIC else _usual(person, life)
    rows.sort(key=lambda row: (str(row["ts"]), str(row["customer_id"])))
    return [{"interaction_id": f"I{place:05d}", **row} for place, row in enumerate(rows, start=1)]


def _usual(person: Person, life: Life) -> list[dict[str, object]]:
    """Return what happens to anybody: little, and more for firms and for the regulars."""
    chance = Chance(f"service {person.customer_id}")
    kinds, weights, notes = zip(*_USUAL, strict=True)
    found = []
    for day in life.days:
        if not chance.happens(0.30 if person.vat_number else 0.09):
            continue
        kind = chance.weighted(kinds, weights)
        note = notes[kinds.index(kind)]
        found.append(_row(chance, person, kind, moment(chance, day), note))
    if person.vat_number:
        found += _firm(chance, person, life)
    if chance.happens(0.05):
        found += _tastings(chance, person, life)
    return found


def _firm(chance: Chance, person: Person, life: Life) -> list[dict[str, object]]:
    """Return the ordinary business with a firm in the last year."""
    found = []
    for day in life.days:
        if day >= YEAR_START and chance.happens(0.5):
            kind = chance.weighted(("revision", "out_of_scope", "price_request", "support"), (3, 2, 3, 6))
            found.append(_row(chance, person, kind, moment(chance, day), "Ordine della settimana"))
    return found


def _tastings(chance: Chance, person: Person, life: Life) -> list[dict[str, object]]:
    """Return a series of tastings; one in ten is missed."""
    found = []
    for _ in range(chance.between(3, 6)):
        day = next_open(min(life.days[-1] + timedelta(chance.between(0, 25)), LAST))
        kind = "no_show" if chance.happens(0.1) else "appointment"
        found.append(_row(chance, person, kind, moment(chance, day), "Degustazione del giovedì"))
    return found


def _toxic(person: Person) -> list[dict[str, object]]:
    chance = Chance(f"service {person.customer_id}")
    found = []
    for signals in TOXIC[person.role].values():
        for kind, count, at_night, note in signals:
            for _ in range(count):
                day = YEAR_START + timedelta(chance.between(0, (LAST - YEAR_START).days))
                at = night(chance, day) if at_night else moment(chance, next_open(day))
                found.append(_row(chance, person, kind, at, note, chance.between(15, 45)))
    for _ in range(4):
        day = next_open(YEAR_START + timedelta(chance.between(0, 340)))
        found.append(_row(chance, person, "appointment", moment(chance, day), "Incontro in bottega"))
    return found


def _row(
    chance: Chance, person: Person, kind: str, at: datetime, note: str, minutes: int | None = None
) -> dict[str, object]:
    answered = (
        at + timedelta(hours=chance.between(1, 60))
        if kind in ("complaint", "support", "suggestion")
        else None
    )
    tone = {"complaint": "negative", "praise": "positive"}.get(kind)
    return {
        "ts": at,
        "customer_id": person.customer_id,
        "type": kind,
        "minutes": minutes or chance.between(2, 12),
        "resolved_at": answered if answered and answered.date() <= LAST else None,
        "tone": tone,
        "note": note,
    }
