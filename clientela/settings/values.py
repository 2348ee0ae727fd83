"""Is a value of ``clientela.toml`` one that the product can work with? If not, which line and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from ipaddress import ip_network
from math import isfinite
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientela.errors import SettingsError
from clientela.i18n import gettext as _
from clientela.settings.engine import is_memory

LARGEST: Final = 1_000_000
"""No number of days, names or receipts makes sense beyond."""

HOURS: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Where:
    """One setting in one file."""

    path: Path
    table: str
    key: str

    def fault(self, problem: str) -> SettingsError:
        """Return the sentence for what is wrong with it."""
        return SettingsError(
            _("{file}: [{table}] {key} {problem}.").format(
                file=self.path.name, table=self.table, key=self.key, problem=problem
            ),
            _("Correct that line; clientela init in an empty folder writes a file with every default."),
        )


def not_a_table(path: Path, table: str) -> SettingsError:
    """Return the sentence for a value where a table should be."""
    return SettingsError(
        _("{file}: {table} must be a table.").format(file=path.name, table=table),
        _("Write [{table}] on a line of its own, and its settings below.").format(table=table),
    )


def unknown_key(path: Path, table: str, key: str, known: Iterable[str]) -> SettingsError:
    """Return the sentence for a setting that does not exist, with the nearest that does."""
    message = _("{file}: [{table}] {key} is not a setting.").format(file=path.name, table=table, key=key)
    near = get_close_matches(key, list(known), 1)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else _("Remove that line.")
    return SettingsError(message, hint)


def check_value(where: Where, value: Any, meta: Mapping[str, Any], default: Any) -> Any:
    """Return the value in the type of its default.

    Raises:
        SettingsError: if it is of another type or beyond its limits.
    """
    value = _typed(where, value, default)
    if "words" in meta and value not in meta["words"]:
        raise where.fault(_("must be one of: {words}").format(words=", ".join(meta["words"])))
    low, high = meta.get("low"), meta.get("high", LARGEST if type(default) is int else None)
    if low is not None and value < low:
        raise where.fault(_("must not be below {low}").format(low=low))
    if high is not None and value > high:
        raise where.fault(_("must not be above {high}").format(high=high))
    return value


def _typed(where: Where, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise where.fault(_("must be true or false"))
    elif isinstance(default, int | float):
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not is_number or (isinstance(default, int) and value != int(value)):
            raise where.fault(_("must be a number"))
        return type(default)(value)
    elif isinstance(default, str) and not isinstance(value, str):
        raise where.fault(_("must be text in quotes"))
    return value


NOT_BELOW: Final = (
    ("late_cut", "lost_cut"),
    ("floor_days", "late_floor_days"),
    ("ceiling_days", "floor_days"),
)
"""Pairs of ``[categories]`` settings whose first must not lie below the second: late comes before lost."""


def check_together(path: Path, rules: Any) -> None:
    """Check the settings that only make sense together.

    Raises:
        SettingsError: if one contradicts another.
    """
    for key, other in NOT_BELOW:
        if getattr(rules, key) < getattr(rules, other):
            where = Where(path, "categories", key)
            raise where.fault(
                _("must not be below {other}, which is {value}").format(
                    other=other, value=getattr(rules, other)
                )
            )


def check_form(where: Where, value: Any) -> Any:
    """Check the settings whose values are more than a word or a number.

    Returns:
        The value; None for an empty one that may be left out.

    Raises:
        SettingsError: if the value has another form.
    """
    if where.key in ("as_of", "history_start", "burn_in_days", "default") and value in ("", None):
        return None
    if where.key in _FORMS:
        fits, problem = _FORMS[where.key]
        if not fits(value):
            raise where.fault(problem())
    return value


def _is_timezone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_merge(value: Any) -> bool:
    return value == "day" or bool(re.fullmatch(r"hours:[1-9][0-9]{0,2}", value))


def _is_day(value: Any) -> bool:
    return type(value) is date


def _is_days(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _are_shares(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_share, value.values()))


def _are_closures(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_day, pair)) and pair[0] <= pair[1]
        for pair in value
    )


def _are_hours(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and HOURS.fullmatch(text) for text in value)


HOST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}")

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
"""Hosts of this machine, the only ones that may go without https."""


def _is_address(value: Any) -> bool:
    """Whether a page's address is https, or of this machine; empty is none."""
    if value == "":
        return True
    try:
        parts = urlsplit(value)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    bare = not (parts.username or parts.password or parts.query or parts.fragment)
    return is_safe and bool(parts.hostname) and bare and has_port and value.isascii() and value.isprintable()


def _is_page(value: Any) -> bool:
    """Whether a link may lead there: https with a host; the query is the owner's own."""
    return value == "" or (
        value.startswith("https://")
        and _is_address(value.partition("?")[0].partition("#")[0])
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _are_hosts(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(host, str) and re.fullmatch(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}", host)
        for host in value
    )


def _are_networks(value: Any) -> bool:
    try:
        return isinstance(value, list) and all(ip_network(text, strict=False) is not None for text in value)
    except (ValueError, TypeError):
        return False


def _is_currency(value: Any) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3}", value))


_FORMS: Final[dict[str, tuple[Callable[[Any], bool], Callable[[], str]]]] = {
    "timezone": (_is_timezone, lambda: _("is not a time zone")),
    "merge": (_is_merge, lambda: _("must be “day” or “hours:N”")),
    "as_of": (_is_day, lambda: _("must be a date such as 2025-12-31, without quotes")),
    "history_start": (_is_day, lambda: _("must be a date such as 2025-12-31, without quotes")),
    "burn_in_days": (_is_days, lambda: _("must be a number of days")),
    "closures": (_are_closures, lambda: _("must hold pairs of dates, first and last day")),
    "quiet_hours": (_are_hours, lambda: _('must hold hours such as "12:30-14:30"')),
    "base_url": (_is_address, lambda: _("must be an address that begins with https://")),
    "server_url": (_is_address, lambda: _("must be an address that begins with https://")),
    "target_url": (_is_page, lambda: _("must be an address that begins with https://")),
    "target_hosts": (_are_hosts, lambda: _("must hold host names in small letters, without https://")),
    "trusted_proxies": (_are_networks, lambda: _("must hold network addresses")),
    "default": (_is_share, lambda: _("must be a number from 0 to 1")),
    "by_category": (_are_shares, lambda: _("must hold numbers from 0 to 1, as { “wine” = 0.3 }")),
    "memory": (
        is_memory,
        lambda: _("must be a part such as “50%” (90% at most), or 256 MB or more, as “2 GB”"),
    ),
    "currency": (_is_currency, lambda: _("must be a currency of three capital letters, such as EUR")),
}
"""By setting: whether a value fits, and what is wrong where it does not."""
