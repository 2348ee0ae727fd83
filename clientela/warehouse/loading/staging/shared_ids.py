"""A customer id under many names with different contacts: there a programme books its guests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.staging.conversion import literal
from clientela.warehouse.loading.staging.fields import Fields
from clientela.warehouse.loading.staging.findings import note
from clientela.warehouse.loading.staging.name_key import folded, name_of
from clientela.warehouse.loading.staging.shop_rules import ShopRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CONTACTS: Final = ("email", "phone", "tax_code", "vat_number")
"""What tells people apart who stand under one id."""


def take_out_shared_ids(db: DuckDBPyConnection, fields: Fields, rules: ShopRules) -> None:
    """Leave such ids empty, so that each row is known by what else it says, and list their cells.

    Names are compared without case, accents, blanks and word order; alone they prove nothing, for people
    marry and are misspelt.
    """
    kinds = fields.binding.types
    contacts = [name for name in CONTACTS if name in kinds]
    name = name_of(set(kinds))
    if fields.binding.table.name != "orders" or "customer_id" not in kinds or name is None or not contacts:
        return
    apart = f"greatest({', '.join(f'count(distinct {contact})' for contact in contacts)}, 0)"
    ids = (
        f"select customer_id from temp.stage where customer_id is not null and {name} is not null "
        f"group by customer_id having count(distinct {name}) > {rules.shared_key_names} and {apart} > 1"
    )
    shared = db.execute(
        f"select customer_id from temp.stage where customer_id in ({ids}) and {name} is not null "
        f"group by customer_id having count(distinct {folded(name)}) > {rules.shared_key_names} "
        "order by customer_id"
    ).fetchall()
    if not shared:
        return
    listed = ", ".join(literal(row[0]) for row in shared)
    note(
        db,
        f"select record_no, 'shared_id' as code, {literal(fields.column('customer_id'))} as column_name, "
        f"customer_id as value from temp.staged where customer_id in ({listed})",
    )
    db.execute(f"update temp.stage set customer_id = null where customer_id in ({listed})")
