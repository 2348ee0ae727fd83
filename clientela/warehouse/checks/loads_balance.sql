/*
Every record and every euro of every file is in one of five places.

rule: in = merged + unchanged + corrected + set aside + quarantined, and the records kept as refused are as many as counted
*/
with kept as (
    select
        batch_id,
        count(*) filter (where disposition = 'set_aside') as set_aside,
        count(*) filter (where disposition = 'quarantined') as quarantined
    from meta.refused_records
    group by batch_id
)

select batches.batch_id, batches.file_name, batches.records_in, batches.money_in
from meta.batches as batches
left join kept on kept.batch_id = batches.batch_id
where
    records_in
    <> records_merged + records_unchanged + records_corrected + records_set_aside + records_quarantined
    or money_in <> money_merged + money_unchanged + money_corrected + money_set_aside + money_quarantined
    or records_set_aside <> coalesce(kept.set_aside, 0)
    or records_quarantined <> coalesce(kept.quarantined, 0)
