"""Who sells and who buys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.xml_tree import text

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

_FILLER: Final = re.compile(r"[A-Z]{0,2}(0+|9+|X+)")
"""What programmes write for buyers without a number, as ``0000000``, ``XXXXXXX``, ``OO99999999999``."""

_PREFIXED: Final = re.compile(r"IT\d{11}")


@dataclass(frozen=True)
class Party:
    """A buyer or seller; empty texts where the document does not say."""

    name: str
    vat_number: str
    """Italian without its prefix, foreign with its country."""

    tax_code: str


def party(node: Node | None) -> Party:
    """Read CedentePrestatore or CessionarioCommittente, ordinary or simplified."""
    where = _first(node, "DatiAnagrafici", "IdentificativiFiscali")
    where = node if where is None else where
    named = _first(node, "DatiAnagrafici/Anagrafica", "AltriDatiIdentificativi")
    named = node if named is None else named
    name = text(named, "Denominazione") or " ".join(
        filter(None, (text(named, "Nome"), text(named, "Cognome")))
    )
    country = text(where, "IdFiscaleIVA/IdPaese").upper()
    number = without_filler(text(where, "IdFiscaleIVA/IdCodice"))
    if _PREFIXED.fullmatch(number):
        country, number = "IT", number[2:]
    if number and country not in ("", "IT") and not number.startswith(country):
        number = country + number
    return Party(" ".join(name.split()), number, without_filler(text(where, "CodiceFiscale")))


def without_filler(number: str) -> str:
    """Return a number without blanks; empty where it stands for nobody."""
    bare = re.sub(r"[\s.\-/]", "", number).upper()
    return "" if _FILLER.fullmatch(bare) else bare


def _first(node: Node | None, *paths: str) -> Node | None:
    """Return the first element that is there."""
    if node is None:
        return None
    found = (node.find(path) for path in paths)
    return next((one for one in found if one is not None), None)
