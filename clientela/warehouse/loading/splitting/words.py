"""Words that stand in headers: by them a header is told from a title."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from clientela.warehouse.input_tables import input_tables

_USUAL: Final = (
    "data ora numero num nr n. n° tipo cliente clienti codice cod nome cognome nominativo ragione "
    "sociale denominazione partita iva p.iva piva codice fiscale cod. fiscale c.f. cf telefono tel "
    "cellulare cell e-mail email mail indirizzo via citta cap provincia prov nazione paese importo "
    "importi imponibile iva totale netto lordo prezzo sconto quantita qta q.ta pezzi articolo prodotto "
    "descrizione reparto categoria note scontrino fattura documento documenti ricevuta ordine pagamento "
    "stato valuta tessera carta negozio cassa operatore commesso date time day number no type customer "
    "client code name surname first last company vat tax phone mobile address city zip country amount "
    "net gross total price discount quantity qty item product description category notes receipt "
    "invoice document order payment status currency card store shop register employee id"
)
_SIGNS: Final = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return a name without case, accents and signs: ``N° Città`` and ``n citta`` are one."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return _SIGNS.sub(" ", bare).strip()


@cache
def known_words() -> frozenset[str]:
    """Return our field names and the usual words, plain."""
    fields = (name for table in input_tables().values() for name in table.fields)
    return frozenset(filter(None, map(plain, [*fields, *_USUAL.split()])))


def is_known(cell: str, known: frozenset[str]) -> bool:
    """Tell whether a cell is a known name, or half of its words are."""
    name = plain(cell)
    if not name or len(name) > 60:
        return False
    if name in known:
        return True
    words = name.split()
    return 2 * sum(word in known for word in words) >= len(words)
