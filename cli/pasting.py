"""The commands that a sentence names, ready to be pasted: with the shop folder where one was named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from clientela.errors import pasted

_OF_A_SHOP: Final = re.compile(
    r"\bclientela (?=(?:actions|backtest|customers|explain|ladder|load|measures|model|report|segments|serve"
    r"|sql|referral (?!carry|key))\b)"
)
"""A command that works on a shop folder; ``carry`` and ``key`` are named for the server's machine."""


def named_shop() -> Path | None:
    """Return the folder that ``--shop`` names on this command line; None where it was not given."""
    context = click.get_current_context(silent=True)
    while context:
        source = context.get_parameter_source("shop")
        if source is click.core.ParameterSource.COMMANDLINE and context.params.get("shop"):
            return Path(context.params["shop"])
        context = context.parent
    return None


def with_shop(text: str, shop: Path | str | None) -> str:
    """Return a sentence whose commands name the shop folder that the reader had to name too."""
    if not shop:
        return text
    return _OF_A_SHOP.sub(lambda _found: f"clientela --shop {pasted(shop)} ", text)
