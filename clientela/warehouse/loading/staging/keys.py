"""One spelling for each identity key, in SQL, so that equal keys are equal text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from clientela.warehouse.loading.staging.known_words import words


def email(text: str) -> str:
    """Lower case: mail systems do not tell capitals apart."""
    return f"lower({text})"


def phone(text: str) -> str:
    """E.164 where the number says enough; without a country it is Italian; digits alone otherwise."""
    digits = f"regexp_replace({text}, '[^0-9+]', '', 'g')"
    return (
        f"case when {digits} like '00%' then '+' || substr({digits}, 3) "
        f"when {digits} like '+%' then {digits} "
        f"when {digits} like '3%' and length({digits}) in (9, 10) then '+39' || {digits} "
        f"when {digits} like '0%' and length({digits}) between 6 and 11 then '+39' || {digits} "
        f"when {digits} like '39%' and length({digits}) in (11, 12) then '+' || {digits} "
        f"else nullif({digits}, '') end"
    )


def vat_number(text: str) -> str:
    """Without blanks and IT; eleven digits again where a spreadsheet ate the leading zeros."""
    bare = f"regexp_replace(regexp_replace(upper({text}), '[^0-9A-Z]', '', 'g'), '^IT', '')"
    return (
        f"case when regexp_full_match({bare}, '[0-9]{{8,10}}') then lpad({bare}, 11, '0') "
        f"else nullif({bare}, '') end"
    )


def tax_code(text: str) -> str:
    """Capitals without blanks."""
    return f"nullif(regexp_replace(upper({text}), '[^0-9A-Z]', '', 'g'), '')"


def contact(text: str) -> str:
    """An e-mail address or a phone number."""
    return f"case when contains({text}, '@') then {email(text)} else {phone(text)} end"


KEY_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "email": email,
    "phone": phone,
    "vat_number": vat_number,
    "tax_code": tax_code,
    "arrived_contact": contact,
}
"""How each identity field is spelled in the raw tables; the file keeps its own spelling."""


_NUMBER: Final = r"3\d{8,9}|0[1-9]\d{4,9}"
"""Italian mobiles and landlines."""

_ADDRESS: Final = (
    r"[a-z0-9][a-z0-9_+-]*(\.[a-z0-9_+-]+)*@[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*\.[a-z]{2,18}"
)
"""An address about which there is nothing to ask."""

_ODD_DOMAINS: Final = r".*\.(invalid|localhost|local|onion|arpa)"


def plain_phone(text: str) -> str:
    """E.164 of what is plainly an Italian number; any other text stays for ``key_forms.py``."""
    digits = f"regexp_replace({text}, '[ ()./-]', '', 'g')"
    return (
        f"case when suffix({text}, '.0') then {text} "
        f"when regexp_full_match({digits}, '{_NUMBER}') then '+39' || {digits} "
        rf"when regexp_full_match({digits}, '\+39({_NUMBER})') then {digits} "
        f"when regexp_full_match({digits}, '0039({_NUMBER})') then '+' || substr({digits}, 3) "
        f"else {text} end"
    )


PLAIN_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "email": email,
    "phone": plain_phone,
    "arrived_contact": contact,
}
"""The spelling of what is written plainly; what is left is looked at text by text."""


def is_odd(kind: str, value: str) -> str:
    """Return the SQL test of a staged key that has to be looked at.

    Args:
        kind: a field of ``PERSON_KEYS``.
        value: SQL of the staged value.
    """
    if kind == "email":
        mailboxes, domains = (
            "|".join(word.replace(" ", "[._-]?").replace(".it", r"\.it") for word in words("nobody", name))
            for name in ("mailboxes", "domains")
        )
        return (
            f"(not regexp_full_match({value}, '{_ADDRESS}') "
            f"or regexp_full_match({value}, '({mailboxes})@.*|.*@({domains})|{_ODD_DOMAINS}'))"
        )
    if kind == "phone":
        unused = "('+393333333333', '+39333333333')"
        return rf"(not regexp_full_match({value}, '\+39({_NUMBER})') or {value} in {unused})"
    if kind in ("vat_number", "tax_code"):
        return "true"
    return f"({' or '.join(odd_ids(value))})"


def odd_ids(value: str) -> tuple[str, str]:
    """Return the SQL tests of an id that has to be looked at: its writing, and words that are none."""
    written = (
        f"case when {value} < ':' then suffix({value}, '.0') or contains({value}, 'E+') "
        f"or contains({value}, 'e+') or prefix({value}, chr(39)) else false end"
    )
    return written, f"{value} in ({_no_ids()})"


@cache
def _no_ids() -> str:
    """Return the texts that stand where there is no id, as SQL: words in any case, zeros, nines, crosses."""
    plain = list(words("nobody", "keys"))
    found = [form for word in plain for form in (word, word.upper(), word.capitalize(), word.title())]
    found += ["0" * length for length in range(1, 21)] + ["9" * length for length in range(5, 21)]
    found += [sign * length for sign in "xX" for length in range(3, 21)]
    return ", ".join("'" + word.replace("'", "''") + "'" for word in dict.fromkeys(found))
