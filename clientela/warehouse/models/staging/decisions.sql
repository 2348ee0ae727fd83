/*
What the owner has said about likely duplicates: the last word on each.

grain:  merge_id
inputs: meta.merges
stored: table
terms:  kind is people (two accounts) or programme (two sources that number the same people); state is accepted, refused
        or open, where a decision was taken back; one_no and other_no number the two accounts
rules:  decisions are kept by the keys of the accounts, so that they outlive the files that brought them
*/
select
    merge_id,
    kind,
    state,
    reason,
    one_source,
    one_kind,
    one_value,
    other_source,
    other_kind,
    other_value,
    decided_at,
    account_no(
        one_source,
        case when one_kind = 'customer_id' then one_value end,
        case when one_kind = 'vat_number' then one_value end,
        case when one_kind = 'tax_code' then one_value end,
        case when one_kind = 'card_number' then one_value end,
        case when one_kind = 'email' then one_value end,
        case when one_kind = 'phone' then one_value end
    ) as one_no,
    account_no(
        other_source,
        case when other_kind = 'customer_id' then other_value end,
        case when other_kind = 'vat_number' then other_value end,
        case when other_kind = 'tax_code' then other_value end,
        case when other_kind = 'card_number' then other_value end,
        case when other_kind = 'email' then other_value end,
        case when other_kind = 'phone' then other_value end
    ) as other_no
from meta.merges
where move_no in (select max(move_no) from meta.merges group by merge_id)
