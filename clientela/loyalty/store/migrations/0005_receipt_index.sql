/*
What was added to the first schema after stores had been made with it; nothing where it is there already.
*/

create index if not exists claims_by_receipt on claims (receipt_on);
