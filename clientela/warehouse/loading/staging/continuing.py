"""Rows that continue the row above: blank document cells below a filled one are those of the first row."""

from __future__ import annotations

from clientela.warehouse.input_tables import MONEY
from clientela.warehouse.loading.staging.fields import Fields


def continued(texts: str, fields: Fields, says_total: str) -> str:
    """Return the texts with the cells of a document repeated on its rows, and ``is_continued`` beside them.

    A row goes on where the document's number is blank or the same as above. Amounts are not repeated. A total
    at the foot belongs to no document.

    Args:
        texts: SQL of the trimmed texts.
        fields: the binding over them.
        says_total: SQL that tells a row of totals.
    """
    key = "coalesce(" + ", ".join(fields.text(column) for column in fields.columns("order_id")) + ")"
    order = "cast(record_no as bigint)" if fields.cells.numbered else "place"
    places = "" if fields.cells.numbered else ", row_number() over () as place"
    apart = f"is_blank or ({says_total})"
    keyed = (
        f"select *{places}, case when not ({apart}) then {key} end as own_key, {apart} as stands_apart "
        f"from ({texts})"
    )
    former = f"select *, lag(own_key ignore nulls) over (order by {order}) as former_key from ({keyed})"
    begins = "own_key is not null and own_key is distinct from former_key"
    numbered = (
        f"select *, sum(case when {begins} then 1 else 0 end) over (order by {order}) as document_no "
        f"from ({former})"
    )
    goes_on = f"not stands_apart and document_no > 0 and not ({begins})"
    first = f"over (partition by document_no order by case when {begins} then 0 else 1 end, {order})"
    changes = [
        f"case when {goes_on} then coalesce({text}, first_value({text}) {first}) else {text} end as {text}"
        for text in _repeated(fields)
    ]
    replaced = f" replace ({', '.join(changes)})" if changes else ""
    return f"select *{replaced}, {goes_on} as is_continued from ({numbered})"


def _money_columns(fields: Fields) -> set[str]:
    """Return the columns that hold amounts or counts."""
    return {
        column
        for name, kind in fields.binding.types.items()
        if kind == MONEY
        for column in fields.columns(name)
    }


def _repeated(fields: Fields) -> list[str]:
    """Return the texts of the document's own cells."""
    mapping = fields.binding.mapping
    lines = {
        column
        for name in fields.binding.line_fields
        if name not in fields.binding.fields
        for column in fields.columns(name)
    }
    columns = [column for name in fields.binding.fields for column in fields.columns(name)]
    columns += [part.column for part in (mapping.status, mapping.documents) if part]
    left = _money_columns(fields) | (lines - set(fields.columns("order_id")))
    return [fields.text(column) for column in dict.fromkeys(columns) if column not in left]
