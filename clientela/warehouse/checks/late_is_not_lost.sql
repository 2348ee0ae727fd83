/*
Late people are still here, and have bought at least twice.

rule: late is customer or referral (where referral_scope keeps it), never lost, fan or a one-time buyer
*/
select customer_id, category, purchases, lost_kind
from marts.customers
where is_late and (purchases < 2 or lost_kind is not null or category not in ('customer', 'referral'))
