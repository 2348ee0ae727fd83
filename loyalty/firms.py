"""Firms: which names are one, and the word by which a firm is told from others."""

from __future__ import annotations

from typing import Final

from clientela.loyalty.names import words

_LEGAL = """
srl srls spa snc sas sapa scarl scrl societa coop cooperativa onlus aps asd ssd ets odv ltd llc plc gmbh
sarl
"""
_TRADES = """
agenzia agriturismo associazione autofficina autolavaggio autoscuola azienda birreria caffetteria
carrozzeria cartoleria caseificio condominio consorzio edicola enoteca erboristeria falegnameria farmacia
ferramenta fioreria fondazione gelateria gioielleria hotel immobiliare impresa istituto lavanderia libreria
macelleria merceria negozio orologeria osteria panetteria panificio paninoteca parafarmacia pasticceria
pescheria pizzeria polisportiva profumeria pub ristorante salumeria sartoria studio supermercato tabaccheria
tintoria tipografia trattoria vivaio bakery bookshop pharmacy restaurant
"""
_COMMON = """
asilo bar barbiere bottega caffe calzature cantina casa cascina centro circolo club estetica forneria forno
frutteria gommista gruppo officina ortofrutta ottica parrucchiere parrucchieri residence scuola teatro
tenuta agricola legale medico dentistico tecnico associato commerciale civile semplice unipersonale
responsabilita limitata fratelli flli figli figlio eredi antica antico nuova nuovo premiata premiato
palestra albergo parrocchia locanda ditta
a ad ai al all alla alle allo agli c co con d da dai dal dall dalla de degli dei del dell della delle dello
di e ed gli i il in l la le lo nel per sul un una and at by for of the
"""

LEGAL_FORMS: Final = frozenset(_LEGAL.upper().split())
"""Words that stand in no person's name."""

TRADES: Final = frozenset(_TRADES.upper().split())
"""Words with which firms' names begin and no person's: Forno, Albergo and Palestra are surnames too."""

COMMON: Final = LEGAL_FORMS | TRADES | frozenset(_COMMON.upper().split())
"""Words that many firms' names have: none of them tells one firm from another."""

SHORT: Final = 4
"""A word of fewer letters is said together with the next."""


def has_legal_form(name: str) -> bool:
    """Tell whether a name has what only a firm's has: ``S.r.l.``, ``Soc. coop.``, ``& C.``."""
    found = words(name)
    return not LEGAL_FORMS.isdisjoint(found) or (len(found) > 1 and found[-1] == "C" and "&" in name)


def begins_with_trade(name: str) -> bool:
    """Tell whether a name begins with a trade: ``Ristorante Alla Pesa``."""
    found = words(name)
    return len(found) > 1 and found[0] in TRADES


def is_firm(name: str, *, has_company_name: bool = False, is_legal_person: bool = False) -> bool:
    """Tell whether a name is a firm's, and may be shown whole.

    Where nothing says so it is taken for a person's, of whom others see the first name and an initial.

    Args:
        name: as the shop's files write it.
        has_company_name: the files have it as the name of a company.
        is_legal_person: the tax code has the eleven digits of companies and not the sixteen signs of people.
    """
    is_named = len(words(name)) > 0
    return is_named and (
        has_company_name or is_legal_person or has_legal_form(name) or begins_with_trade(name)
    )


def spoken_name(name: str) -> str:
    """Return the word or two by which a firm is told from others: Corolla for Fioreria Corolla S.n.c."""
    found = [word for word in words(name) if any(sign.isalpha() for sign in word)]
    own = [word for word in found if word not in COMMON] or found[:1]
    if len(own) > 1 and len(own[0]) < SHORT:
        return f"{own[0]}{own[1]}"
    return own[0] if own else ""
