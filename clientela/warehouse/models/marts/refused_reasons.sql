/*
Why records were not merged.

grain:  table_name, disposition, code
inputs: meta.refused_records, meta.batches
units:  records; money in the shop's currency, unreadable amounts counted as 0
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
group by batches.table_name, refused.disposition, refused.code
