"""What became of the records whose documents were settled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.warehouse.loading.merging.versions import Ground, content
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Written:
    """What a merge wrote."""

    new: int
    """Records that nothing in the table had the name of."""

    corrected: int = 0
    """Records in whose place another content stood."""

    corrected_records: str = "select record_no from temp.staged where false"
    """SQL of the numbers of these records."""

    money_before: Decimal = Decimal(0)
    """What the corrected rows said before."""


def judged(db: DuckDBPyConnection, ground: Ground, records: str) -> Written:
    """Give each record of the file its place by what became of its document.

    Args:
        db: the shop's database.
        ground: where.
        records: SQL of record_no and the document_no (the ``incoming`` record_no) that it belongs to.
    """
    fields = list(ground.table.fields)
    said = " and ".join(f"(v.{quoted(name)} is not distinct from s.{quoted(name)})" for name in ground.fields)
    db.execute(
        f"""
        create or replace temp table outcome as
        select v.record_no as document_no, case
                when former.digest is null and v.place_of = 1 then 'new'
                when former.digest is null then 'older'
                when former.is_whole and former.digest = now.digest and {said} then 'same'
                when v.place_of = 1 then 'corrected'
                else 'older'
            end as what
        from temp.settled v
        join temp.stands s using (doc_key)
        join (
            select doc_key, md5({content(fields)}) || coalesce(lines_digest_of, '') as digest
            from (
                select s.*, (select min(x.lines_hash) from temp.settled x
                    where x.doc_key = s.doc_key and x.digest = s.lines_digest) as lines_digest_of
                from temp.stands s
            )
        ) now using (doc_key)
        left join (
            select v.doc_key, min(b.digest || coalesce(v.lines_hash, '')) as digest, count(*) = 1 as is_whole
            from temp.settled v join temp.before b on b.former_key = v.former_key
            where v.place = 'standing' group by v.doc_key
        ) former using (doc_key)
        where v.place = 'file'
        """
    )
    listed = f"select r.record_no, o.what from ({records}) r join temp.outcome o using (document_no)"
    for what, disposition, code in (
        ("same", "unchanged", "unchanged"),
        ("older", "set_aside", "older_version"),
    ):
        verdicts.add(
            db,
            disposition,
            code,
            f"select record_no, null as column_name, null as value from ({listed}) where what = '{what}'",
        )
    corrected = f"select record_no from ({listed}) where what = 'corrected'"
    counts = dict(db.execute(f"select what, count(*) from ({listed}) group by what").fetchall())
    return Written(counts.get("new", 0), counts.get("corrected", 0), corrected, _money_before(db))


def _money_before(db: DuckDBPyConnection) -> Decimal:
    """Return what the corrected documents said before."""
    before = db.execute(
        """
        select coalesce(sum(b.money), 0) from temp.before b
        join temp.settled v on v.place = 'standing' and v.former_key = b.former_key
        where v.doc_key in (
            select f.doc_key from temp.settled f join temp.outcome o on o.document_no = f.record_no
            where f.place = 'file' and o.what = 'corrected'
        )
        """
    ).fetchall()[0][0]
    return Decimal(before)
