/*
Why records were not merged.

grain:  table_name, disposition, code
inputs: meta.refused_records, meta.batches, meta.taken_back
units:  records; money in the shop's currency, unreadable amounts counted as 0
rules:  what came back corrected is left out
stored: view
*/
select
    batches.table_name,
    refused.disposition,
    refused.code,
    count(*) as records,
    cast(sum(refused.amount) as decimal(18, 2)) as money
from meta.refused_records as refused
inner join meta.batches as batches on batches.batch_id = refused.batch_id
left join meta.taken_back as back on back.batch_id = refused.batch_id and back.record_no = refused.record_no
where back.batch_id is null
group by batches.table_name, refused.disposition, refused.code
