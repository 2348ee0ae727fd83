/*
What was loaded, file by file.

grain:  batch_id
inputs: meta.batches, meta.taken_back
units:  records; money in the shop's currency as the files say it
rules:  what came back corrected is no longer quarantined
stored: view
*/
select
    batch_id,
    loaded_at,
    table_name,
    file_name,
    records_in,
    records_merged as merged,
    records_unchanged as unchanged,
    records_corrected as corrected,
    records_set_aside as set_aside,
    records_quarantined - (
        select count(*) from meta.taken_back as back where back.batch_id = batches.batch_id
    ) as quarantined,
    cast(money_in as decimal(18, 2)) as money_in
from meta.batches
