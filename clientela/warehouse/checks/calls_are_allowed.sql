/*
Nobody is on the call list who must not be called or cannot come back.

rule: not erased, not refusing contact, no ending; late, a silent best customer, or left within the last 90 days
*/
select calls.position, calls.customer_id, calls.kind
from marts.call_list as calls
left join marts.customers on customers.customer_id = calls.customer_id
where
    customers.customer_id is null or not customers.is_listed or customers.do_not_contact
    or customers.ending is not null
    or (calls.kind = 'late' and not customers.is_late)
    or (calls.kind = 'silent' and (customers.is_late or customers.category = 'lost'))
    or (
        calls.kind = 'lost'
        and (customers.category <> 'lost' or customers.left_on < getvariable('as_of') - 89)
    )
