/*
What the owner has decided about duplicates, what refused records said cell by cell, and what the inbox has brought.
*/

-- A line a decision, none is ever changed: the one with the highest move_no of a merge_id holds.
-- kind: people (two accounts) | programme (two sources whose numbers are one series; their values are empty).
-- state: accepted | refused | open (taken back). one_kind, other_kind: which of the keys that value is.
create table meta.merges (
    move_no integer not null,
    merge_id varchar not null,
    kind varchar not null,
    state varchar not null,
    reason varchar not null,
    decided_at timestamp not null,
    one_source varchar,
    one_kind varchar,
    one_value varchar,
    other_source varchar,
    other_kind varchar,
    other_value varchar
);

-- The header under which a batch was read, and its mapping, both as JSON: by them its refused records are read again.
create table meta.batch_readings (
    batch_id integer not null,
    headers varchar not null,
    mapping varchar not null
);

-- The cells of records that were refused, as a JSON list in the order of the header.
create table meta.refused_cells (
    batch_id integer not null,
    record_no bigint not null,
    cells varchar not null
);

-- Refused records that came back corrected: what they were, and the batch that brought them.
create table meta.taken_back (
    batch_id integer not null,
    record_no bigint not null,
    line_no bigint not null,
    code varchar not null,
    column_name varchar,
    value varchar,
    amount decimal(38, 4) not null,
    raw varchar not null,
    cells varchar not null,
    source varchar not null,
    table_name varchar not null,
    taken_by integer not null
);

-- Files of the inbox that were taken, known by what they hold.
create table meta.inbox (
    file_sha512 varchar not null,
    file_name varchar not null,
    taken_at timestamp not null
);
