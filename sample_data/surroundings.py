"""What stands around the shop: rivals, people it would like to reach, and promises it made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from clientela.sample_data import names
from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, next_open
from clientela.sample_data.people import Person, ascii_letters, made_up_vat_number
from clientela.sample_data.rhythm import Life

TARGETS: Final = 195
COMPETITORS: Final = (
    ("Supermercato Grancarrello", "1.2", "Aperto la domenica"),
    ("Gastronomia Da Ubaldo", "0.6", "Pronto da portar via"),
    ("Formaggeria La Malga Finta", "2.4", "Formaggi d'alpeggio"),
    ("Enoteca Tre Bicchieri e Mezzo", "1.8", "Corsi di assaggio"),
    ("Sito Saporidovunque", "", "Spedisce in un giorno"),
    ("Mercato del sabato", "0.4", "Solo il sabato mattina"),
)

_PROMISES: Final = (
    "Mettere da parte la toma",
    "Cesto entro venerdì",
    "Richiamare per il vino",
    "Premio per l'amico portato",
)


def competitor_rows() -> list[dict[str, object]]:
    """Return competitors.csv."""
    return [{"name": name, "distance_km": km, "note": note} for name, km, note in COMPETITORS]


def target_rows() -> list[dict[str, object]]:
    """Return targets.csv: households of the quarter and firms nearby that nobody has contacted yet."""
    chance = Chance("targets")
    rows: list[dict[str, object]] = []
    for number in range(1, TARGETS + 1):
        first = chance.pick(names.WOMEN + names.MEN)
        last = chance.pick(names.SURNAMES)
        firm = chance.happens(0.3)
        slug = f"{ascii_letters(last)}{number}"
        listed = date(2025, 1, 15) + timedelta(chance.between(0, 600))
        rows.append(
            {
                "target_id": f"T{number:04d}",
                "name": f"{last} & C. (ditta inventata)" if firm else f"{first} {last}",
                "email": f"info@{slug}.example" if firm else f"{ascii_letters(first)}.{slug}.t@example.net",
                "phone": f"+39 300 777 {number:04d}" if chance.happens(0.5) else None,
                "vat_number": made_up_vat_number(9000 + number) if firm else None,
                "city": names.TOWNS[chance.weighted((0, 1, 2), (7, 2, 1))][0],
                "source_of_list": "elenco imprese del comune" if firm else "segnalazioni di quartiere",
                "legal_basis": "dati pubblici d'impresa" if firm else "nessuna: solo volantino",
                "listed_on": listed,
            }
        )
    return rows


def promise_rows(people: list[Person], lives: dict[str, Life]) -> list[dict[str, object]]:
    """Return promises.csv: most kept in time, some late, some forgotten."""
    chance = Chance("promises")
    able = [one for one in people if len(lives[one.customer_id].days) > 2 and one.role == "ordinary"]
    rows: list[dict[str, object]] = []
    for person in chance.some(able, 80):
        made = chance.pick(lives[person.customer_id].days)
        due = next_open(made + timedelta(chance.between(2, 12)))
        kept = next_open(due + timedelta(chance.weighted((-1, 0, 3, 9), (30, 45, 15, 10))))
        forgotten = chance.happens(0.08) or kept > LAST
        rows.append(
            {
                "customer_id": person.customer_id,
                "what": chance.pick(_PROMISES),
                "due_on": due,
                "kept_on": None if forgotten else kept,
            }
        )
    rows.sort(key=lambda row: (str(row["due_on"]), str(row["customer_id"])))
    return [{"promise_id": f"PR{place:03d}", **row} for place, row in enumerate(rows, start=1)]
