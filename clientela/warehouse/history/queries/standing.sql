/*
steps.standing from everybody's row; what no model of a month end asks for is empty, and a place stands for the id.
*/
select
    person_no,
    is_known,
    true as has_dealt,
    customer_id,
    cast(null as varchar) as name,
    kind,
    false as has_company_name,
    false as is_legal_person,
    cast(null as varchar) as email,
    cast(null as varchar) as phone,
    cast(null as varchar) as city,
    first_seen_on,
    1 as accounts,
    false as do_not_contact,
    has_veto,
    false as has_star,
    false as is_erased,
    exclusion,
    ending,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    cast(null as integer) as second_open_day,
    revenue_12m as revenue_total,
    revenue_12m
from steps.judged
