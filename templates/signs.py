"""Which signs a PDF can hold: an archival file may not contain one without a drawing.

Pictures become dots, since which emoji a machine has is luck. Letters of every script stay where a typeface
of this machine draws them; the others are said to be there.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from clientela.i18n import gettext as _
from clientela.templates.typeface import FONT_FAMILY, WEIGHTS, font_faces, font_folder, strict_fetcher

LINE_ENDS: Final = "\t\n\r"


def drawable(text: str, unknown: str | None = None) -> str:
    """Return the text with nothing in it that no typeface draws.

    Args:
        text: plain text or a whole document.
        unknown: stands for letters without a drawing; None for words that say so in the language in use.
    """
    if text.isascii() and text.isprintable():
        return text
    strange = set(text) - _bundled_signs()
    swap = {ord(sign): _stand_in(sign) for sign in strange}
    text = text.translate(swap)
    letters = {sign for sign in strange if swap[ord(sign)] == sign and sign not in LINE_ENDS}
    if missing := _without_drawing("".join(sorted(letters))):
        some = f"[{re.escape(''.join(sorted(missing)))}]+"
        text = re.sub(
            f"{some}(?:[ \u00a0]+{some})*", _("[another script]") if unknown is None else unknown, text
        )
    return text


@cache
def _bundled_signs() -> frozenset[str]:
    """Return the signs that the bundled typeface can draw."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(font_folder() / WEIGHTS[400]) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _stand_in(sign: str) -> str:
    """Return the sign itself for letters and digits, nothing for joiners, a dot for pictures."""
    kind = unicodedata.category(sign)
    if sign in LINE_ENDS or (kind[0] in "LMN" and not 0xFE00 <= ord(sign) <= 0xFE0F):
        return sign
    if kind in ("Pd", "Zs"):
        return "-" if kind == "Pd" else " "
    return "" if kind in ("Cf", "Mn", "Sk", "Cc") else "•"


@lru_cache(maxsize=256)  # a server asks for names without end
def _without_drawing(letters: str) -> frozenset[str]:
    """Return those of the letters that no typeface of this machine draws, by drawing them once.

    Without Pango there is no PDF, and nothing is missing.
    """
    if not letters:
        return frozenset()
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError:
        return frozenset()
    fonts, fetcher = FontConfiguration(), strict_fetcher()
    css = font_faces() + f'p {{ font-family: "{FONT_FAMILY}", system-ui, sans-serif; }}'
    sheet = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)
    trial = weasyprint.HTML(string=f"<p>{' '.join(letters)}</p>", url_fetcher=fetcher).render(
        stylesheets=[sheet], font_config=fonts
    )
    logger = logging.getLogger("weasyprint")
    was_silent, logger.disabled = logger.disabled, True  # it warns of each sign that we ask about
    try:
        trial.write_pdf()
    finally:
        logger.disabled = was_silent
    missing = {chr(sign) for font in trial.fonts.values() for sign in font.missing}
    return frozenset(missing & set(letters))
