"""One spelling for each identity key, in SQL, so that equal keys are equal text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final


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
