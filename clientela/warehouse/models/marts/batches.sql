/*
What was loaded, file by file.

grain:  batch_id
inputs: meta.batches
units:  records; money in the shop's currency as the files say it
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
    records_quarantined as quarantined,
    cast(money_in as decimal(18, 2)) as money_in
from meta.batches
