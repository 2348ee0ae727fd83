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


@cache
def environment() -> Environment:
    """Return the one template environment: everything escaped, nothing undefined."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from clientela import i18n
    from clientela.templates import filters

    made = Environment(
        loader=PackageLoader("clientela.templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update({**filters.FILTERS, "money": _money_here()})
    return made
