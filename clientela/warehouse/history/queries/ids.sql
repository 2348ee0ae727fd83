/*
Everybody's id, and its place among the ids.
*/
select
    account_no as person_no,
    public_id as customer_id,
    cast(row_number() over (order by public_id) as integer) as place
from staging.accounts
