"""Every word a reader sees and how it becomes a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


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
    made.filters.update(filters.FILTERS)
    return made
