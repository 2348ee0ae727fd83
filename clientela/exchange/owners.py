"""Whose each link is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class Owners:
    """Whose each code is, and which is each fan's own."""

    owner: dict[str, str] = field(default_factory=dict)
    """Customer by code."""

    own: dict[str, str] = field(default_factory=dict)
    """Latest code by customer."""

    def add(self, customer: str, code: str) -> None:
        """Note a link, later ones after earlier ones."""
        if self.owner.setdefault(code, customer) == customer:
            self.own[customer] = code

    def code(self, event: Mapping[str, Any]) -> str:
        """Return the code of the fan whom a claim names, the claim's own name where that fan has none.

        Who is named at the till without a code, or by the owner instead of somebody else, comes through the
        fan's own link all the same.
        """
        code, fan = event.get("code"), event["customer_id"]
        if code and self.owner.get(code, fan) == fan:
            return str(code)
        return self.own.get(fan) or str(event["claim"])


def of_shop(db: DuckDBPyConnection, source: str) -> Owners:
    """Return the owners of the links that came before."""
    owners = Owners()
    rows = "select customer_id, code from raw.referral_links where source = ? order by made_at, code"
    for customer, code in db.execute(rows, [source]).fetchall():
        owners.add(customer, code)
    return owners
