"""The made-up shop that everything is timed on: years of receipts, as many as asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

FIRST_DAY: Final = date(2022, 1, 1)
LAST_DAY: Final = date(2025, 12, 31)
"""The latest closed month ends here."""

TODAY: Final = date(2026, 1, 2)
"""The day on which everything is loaded."""

ORDERS_PER_PERSON: Final = 8
LIFE_YEARS: Final = 1.0
"""Mean lifetime; with it and eight orders each, 35 of 100 people buy on one day only."""

COLUMNS: Final = {
    "order_id": "varchar",
    "order_date": "timestamp",
    "customer_id": "varchar",
    "net_amount": "decimal(18, 4)",
    "vat_amount": "decimal(18, 4)",
    "channel": "varchar",
    "store_id": "varchar",
    "status": "varchar",
}
"""The file's columns, in the types in which the shop's database keeps them."""

# The number is hashed on its own: hashes of pairs with one part in common are not independent.
_MACROS: Final = """
create or replace macro chance(what, number) as
    ((hash(xor(hash(what), hash(number))) >> 11) + 0.5) / 9007199254740992.0;
create or replace macro normal(what, number) as
    sqrt(-2 * ln(chance(what, number))) * cos(2 * pi() * chance(what || ' angle', number));
"""


@dataclass(frozen=True)
class MadeUpShop:
    """How large the shop is."""

    orders: int
    """At least 1,000."""

    refund_share: float = 0.0
    """Share of the receipts that give money back, 0 to 1."""

    @property
    def file_name(self) -> str:
        """Name of its file; two shops never share one."""
        refunds = f"-{self.refund_share:g}-refunds" if self.refund_share else ""
        return f"orders-{self.orders}{refunds}.csv"

    def write(self, folder: Path) -> Path:
        """Write the file, unless it is there.

        Args:
            folder: made where it is missing.

        Returns:
            The file: one header, then one receipt a line, oldest first.
        """
        path = folder / self.file_name
        if path.exists():
            return path
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        self._draw(draft)
        return draft.replace(path)

    def _draw(self, path: Path) -> None:
        """Let DuckDB draw the receipts."""
        import duckdb

        days = (LAST_DAY - FIRST_DAY).days + 1
        given = {
            "orders": self.orders,
            "people": self.orders // ORDERS_PER_PERSON,
            "days": days,
            "life_share": LIFE_YEARS * 365.25 / days,
            "refund_share": self.refund_share,
            "first_day": f"date '{FIRST_DAY}'",
        }
        target = str(path).replace("'", "''")
        select = Path(__file__).with_name("orders.sql").read_text(encoding="utf-8")
        with duckdb.connect() as db:
            db.execute(f"set temp_directory = '{target}.spill'")
            db.execute(_MACROS)
            for name, value in given.items():
                db.execute(f"set variable {name} = {value}")
            db.execute(f"copy ({select}) to '{target}' (format csv, header)")


def read_csv(path: Path) -> str:
    """Return the SQL that reads the file with pinned types, nothing guessed."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    name = str(path).replace("'", "''")
    return f"read_csv('{name}', auto_detect = false, header = true, delim = ',', columns = {{{columns}}})"
