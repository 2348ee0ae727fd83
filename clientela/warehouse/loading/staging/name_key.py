"""The name as a key, where a mapping says so and no other key stands in the row.

The key is the name in small letters without accents and blanks too many, its words in the order of the
alphabet, behind ``name:``. It stands in the customer id, so it is a key within its source and never joins a
card by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PERSON_KEYS
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREFIX: Final = "name:"
"""Before a customer id that is a name."""


def folded(text: str) -> str:
    """Return the SQL of a name as it is compared: case, accents, signs, blanks and word order set aside."""
    plain = f"regexp_replace(strip_accents(lower({text})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')"
    return f"array_to_string(list_sort(string_split(trim({plain}), ' ')), ' ')"


def name_of(fields: set[str]) -> str | None:
    """Return the SQL of what a row calls its person; None where no column does."""
    found = [quoted(name) for name in ("customer_name", "company_name", "name") if name in fields]
    if parts := [quoted(name) for name in ("first_name", "last_name") if name in fields]:
        found.append(f"nullif(concat_ws(' ', {', '.join(parts)}), '')")
    return f"coalesce({', '.join(found)})" if found else None


def set_name_keys(db: DuckDBPyConnection, binding: Binding) -> None:
    """Give staged rows without a key their name as one, where the mapping says so."""
    name = name_of(set(binding.types))
    if not binding.mapping.key.name or name is None or "customer_id" not in binding.types:
        return
    others = [quoted(key) for key in PERSON_KEYS[1:] if key in binding.types]
    keys = ", ".join(["nullif(customer_id, '')", *others])
    nobody = ", ".join(folded(literal(word)) for word in binding.mapping.key.nobody) or "null"
    made = folded(name)
    db.execute(
        f"""
        update temp.stage set customer_id = case
            when coalesce({keys}) is not null then nullif(customer_id, '')
            when {made} <> '' and coalesce({made} not in ({nobody}), true) then {literal(PREFIX)} || {made}
        end
        """
    )
