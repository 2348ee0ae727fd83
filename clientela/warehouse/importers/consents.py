"""What a list says of consents: a column of yes and no, believed only where somebody said no."""

from __future__ import annotations

from typing import Final

from clientela.warehouse.importers.derived import TODAY
from clientela.warehouse.importers.documents import REASON
from clientela.warehouse.loading.mapping.mapping import Constant, Format, Mapping, Source, Words

SAID_ON: Final = "said on"
"""The column with the day of the load, for lists that do not say when."""

YES: Final = "'yes', 'y', 'true', '1', 'si', 'sì', 'vero', 'x', 'subscribed', 'iscritto', 'iscritta'"
NO: Final = "'no', 'n', 'false', '0', 'falso', 'unsubscribed', 'disiscritto', 'disiscritta', 'not subscribed'"


def action(channel: str) -> str:
    """Return the name of the column with what somebody said about a channel."""
    return f"consent ({channel})"


def reason(channel: str) -> str:
    """Return the name of the column with why a row says nothing about a channel."""
    return f"{REASON} ({channel})"


def consent_columns(channel: str, said: str) -> dict[str, str]:
    """Return the columns that a yes-or-no column comes to.

    A column in which every row says yes was filled by hand, or came with a list: it is no consent.

    Args:
        channel: of the consent.
        said: SQL of the cell.
    """
    word = f"lower({said})"
    is_list = f"not coalesce(bool_or({word} in ({NO})) over (), false)"
    says = f"case when {word} in ({YES}) then 'grant' when {word} in ({NO}) then 'withdraw' end"
    return {
        SAID_ON: TODAY,
        action(channel): says,
        reason(channel): f"case when {said} is null then 'nothing_said' "
        f"when {word} in ({YES}) and {is_list} then 'all_say_yes' end",
    }


def consent_mapping(
    source: str, keys: dict[str, Source], channel: str, importer: str, ts: Source = SAID_ON
) -> Mapping:
    """Return the mapping that reads the consents of a list.

    Args:
        source: of the list.
        keys: who says it.
        channel: over which the shop may write.
        importer: the known export.
        ts: when it was said; the day of the load where the list does not say.
    """
    columns: dict[str, Source] = {
        **keys,
        "purpose": Constant("marketing"),
        "channel": Constant(channel),
        "action": action(channel),
        "ts": ts,
        "method": Constant("import"),
    }
    return Mapping(
        source,
        "consents",
        columns,
        format=Format(is_number_said=True),
        set_aside=Words(reason(channel), (), coded=True),
        importer=importer,
    )
