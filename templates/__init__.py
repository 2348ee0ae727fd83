"""Every word a reader sees and how it becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context


def _money_here() -> Callable[..., str]:
    """Return the filter that writes an amount in the shop's own currency."""
    from jinja2 import pass_context

    from clientela.templates.filters import Number, money

    @pass_context
    def money_here(context: Context, amount: Number | None) -> str:
        return "" if amount is None else money(amount, context["shop"].currency)

    return money_here


def _sounding() -> dict[str, Callable[..., str]]:
    """Return what a page calls to translate: as Jinja's own, but the words before a value as they sound."""
    from jinja2 import pass_context

    from clientela import i18n

    @pass_context
    def gettext(context: Context, message: str, /, **values: object) -> str:
        return _filled(context, i18n.gettext(message), values)

    @pass_context
    def ngettext(context: Context, singular: str, plural: str, number: int, /, **values: object) -> str:
        return _filled(context, i18n.ngettext(singular, plural, number), {"num": number, **values})

    return {"gettext": gettext, "ngettext": ngettext}


def _filled(context: Context, words: str, values: dict[str, object]) -> str:
    """Fill in the blanks of a sentence; the values are escaped where the page is."""
    from markupsafe import Markup

    from clientela.sentence import Sentence

    open_still = words.beside(values) if isinstance(words, Sentence) else words
    return (Markup(open_still) if context.eval_ctx.autoescape else open_still) % values


@cache
def environment() -> Environment:
    """Return the one template environment: everything escaped, nothing undefined."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from clientela.templates import filters

    made = Environment(
        loader=PackageLoader("clientela.templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.globals.update(_sounding())
    made.filters.update({**filters.FILTERS, "money": _money_here()})
    return made
