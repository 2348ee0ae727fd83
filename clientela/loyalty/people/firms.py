"""Firms: which names are one, and the word by which a firm is told from others."""

from __future__ import annotations

import re
from typing import Final

from clientela.loyalty.people.names import plain_letters, words

_LEGAL = """
srl srls spa snc sas sapa scarl scrl societa coop cooperativa onlus aps asd ssd ets odv ltd llc plc gmbh
sarl
"""
_DOUBTFUL = "spa sas sapa ets aps coop sarl"
_TRADES = """
agenzia agriturismo associazione autofficina autolavaggio autoscuola azienda birreria caffetteria carrozzeria
cartoleria caseificio condominio consorzio edicola enoteca erboristeria falegnameria farmacia ferramenta
fioreria fondazione gelateria gioielleria hotel immobiliare impresa istituto lavanderia libreria macelleria
merceria negozio orologeria osteria panetteria panificio paninoteca parafarmacia pasticceria pescheria
pizzeria polisportiva profumeria pub ristorante salumeria sartoria studio supermercato tabaccheria tintoria
tipografia trattoria vivaio bakery bookshop pharmacy restaurant calzature forneria frutteria gommista
ortofrutta parrucchiere parrucchieri societa coop cooperativa onlus asd ssd
"""
_SURNAMES_TOO = "albergo bar bottega caffe cantina circolo ditta forno locanda officina palestra teatro"
_TELLING = """
antica antico bologna centrale commercio corso duomo europa firenze genova italia mercato milano moderna
moderno municipio napoli nuova nuovo piazza roma sport stazione teatro torino trieste venezia
"""
_GIVEN = """
alberto alessandro andrea angelo anna antonella antonio bepi beppe bruno carlo caterina chiara claudio
daniela elena enrico fabio federico francesca francesco franco gianni gigi gino giorgio giovanna giovanni
giulia giuseppe laura lina lorenzo luca lucia luigi luisa marco maria mario marta massimo maurizio michele
nino paola paolo pietro pina pino renato roberto rosa rosanna salvatore sara sergio silvia simone stefano
teresa tonino toni tullio ugo valeria vincenzo vittorio
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
"""Words that say what kind of firm it is, where they follow its name."""

DOUBTFUL_FORMS: Final = frozenset(_DOUBTFUL.upper().split())
"""Legal forms that are surnames too where they are written without dots, like the other words: Anna Spa."""

TRADES: Final = frozenset(_TRADES.upper().split())
"""Words with which firms' names begin and no person's."""

SURNAMES_TOO: Final = frozenset(_SURNAMES_TOO.upper().split())
"""Words with which firms' names begin and persons', too: Bar Sport and Bar Levi."""

TELLING: Final = frozenset(_TELLING.upper().split())
"""Words that follow a trade and are nobody's first name: the Sport of Bar Sport."""

GIVEN_NAMES: Final = frozenset(_GIVEN.upper().split())
"""First names that are met often; far from all."""

COMMON: Final = LEGAL_FORMS | TRADES | SURNAMES_TOO | frozenset(_COMMON.upper().split())
"""Words that many firms' names have: none of them tells one firm from another."""

SHORT: Final = 4
"""A word of fewer letters is said together with the next."""


_SPELLED: Final = re.compile(
    r"[^\W_].*?(?<![^\W_])(?:{})(?![^\W_])".format(
        "|".join("[. ]+".join(form) for form in sorted(LEGAL_FORMS) if len(form) < len("SCARL"))
    )
)
"""A legal form letter by letter, after a word: Rossi S. r. l."""

_LINKED: Final = re.compile(
    r"(?:a[il]?|all[aeo]|agli|d[aei]|da[il]|dall[aeo]|dagli|del|dei|dell[aeo]|degli)$"
)
"""A word in small letters that links a trade to what follows: Bottega del Fico."""

_ARTICLES: Final = {
    "IL": TRADES | SURNAMES_TOO,
    "LA": TRADES | {"BOTTEGA", "CANTINA", "LOCANDA", "OFFICINA", "PALESTRA"},
    "LO": TRADES,
    "I": TRADES,
    "GLI": TRADES,
    "LE": TRADES,
}
"""What follows an article in a firm's name and in no surname: La Casa is one, La Bottega is none."""


def has_legal_form(name: str) -> bool:
    """Tell whether a name has what only a firm's has, after other words: ``S.r.l.``, ``S. r. l.``, ``& C.``.

    Some legal forms are surnames too, and a surname is not for others to see: those count where they are
    written as no surname is, with dots or in letters of another size than the word before.
    """
    found = words(name)
    if len(found) > 1 and found[-1] == "C" and "&" in name:
        return True
    return _SPELLED.match(plain_letters(name).strip()) is not None or any(
        _is_form(name.split(), place) for place in range(1, len(name.split()))
    )


def _is_form(written: list[str], place: int) -> bool:
    """Tell whether a word of a name, not its first, is its legal form beyond doubt."""
    word = "".join(words(written[place]))
    if word not in LEGAL_FORMS or not words(" ".join(written[:place])):
        return False
    if word not in DOUBTFUL_FORMS:
        return True
    if place < len(written) - 1:
        return written[place + 1] == "di" and not written[place].islower()
    if written[place].isupper() and GIVEN_NAMES.issuperset(words(" ".join(written[:place]))):
        # Some write surnames in capitals: Anna SPA.
        return False
    return _size(written[place]) != _size(written[place - 1])


def _size(word: str) -> str:
    """Return whether a word is written in capitals, in small letters, with one capital, or otherwise."""
    sizes = {"capitals": str.isupper, "small": str.islower, "title": str.istitle}
    return next((size for size, has in sizes.items() if has(word)), "mixed")


def begins_with_trade(name: str) -> bool:
    """Tell whether a name begins as firms' names do: ``Ristorante Alla Pesa``, ``La Bottega del Fico``.

    Some trades are surnames too. After those something must follow that is nobody's first name.
    """
    found = words(name)
    if len(found) <= 1:
        return False
    first, second = found[:2]
    if first in TRADES or second in _ARTICLES.get(first, ()):
        return True
    if first == "DA":
        # Da Ros and Da Ponte are surnames.
        return found[1:] == [second] and second in GIVEN_NAMES - {"ROSA"}
    return first in SURNAMES_TOO and _is_a_place(name, found)


def _is_a_place(name: str, found: list[str]) -> bool:
    """Tell whether what follows a trade that may be a surname makes it a trade."""
    if found[1] in TELLING or any(word.isdigit() for word in found[1:]):
        return True
    written = name.split()
    if len(written) > 1 and not written[0].islower():
        if written[1].startswith(("all'", "all’", "dell'", "dell’")):
            return True
        if _LINKED.match(written[1]) and len(found) > 2:
            return True
    return found[0] == "DITTA" and len(found) > 2 and not GIVEN_NAMES.issuperset(found[1:])


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
