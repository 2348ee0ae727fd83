/*
The first schema: what files hold (store, seen through raw), what loading did (meta), what reports said (history).
*/

create schema raw;
create schema if not exists meta;
create schema history;
create schema staging;
create schema marts;

-- The raw tables themselves are made by store.py: they grow with what files bring.

-- One row per file loaded. Money is euro as the file says it, unreadable amounts counted as 0.
create table meta.batches (
    batch_id integer primary key,
    loaded_at timestamp not null,
    source varchar not null,
    table_name varchar not null,
    file_name varchar not null,
    file_sha512 varchar not null,
    file_bytes bigint not null,
    mapping_sha256 varchar not null,
    records_in bigint not null,
    records_merged bigint not null,
    records_unchanged bigint not null,
    records_set_aside bigint not null,
    records_quarantined bigint not null,
    money_in decimal(38, 4) not null,
    money_merged decimal(38, 4) not null,
    money_unchanged decimal(38, 4) not null,
    money_set_aside decimal(38, 4) not null,
    money_quarantined decimal(38, 4) not null,
    unreadable_amounts bigint not null,
    first_event_on date,
    last_event_on date,
    first_changed_on date
);

-- Records that were not merged, kept verbatim with the reason. disposition: set_aside | quarantined.
create table meta.refused_records (
    batch_id integer not null,
    record_no bigint not null,
    line_no bigint not null,
    disposition varchar not null,
    code varchar not null,
    column_name varchar,
    value varchar,
    amount decimal(38, 4) not null,
    raw varchar not null
);

-- Former content of rows that a later file corrected, so that nothing is overwritten without a trace.
create table meta.superseded_rows (
    table_name varchar not null,
    source varchar not null,
    row_key varchar not null,
    batch_id integer not null,
    superseded_by integer not null,
    content varchar not null
);

-- The category of each person at a month end, as the report said it. version 1 is the first saying;
-- a higher one is a restatement.
create table history.category_snapshots (
    as_of date not null,
    version integer not null,
    customer_id varchar not null,
    category varchar not null,
    lost_kind varchar,
    is_late boolean not null,
    lost_on date,
    times_lost integer not null,
    fan_score double,
    revenue_12m decimal(18, 4) not null
);

-- The seven totals of a snapshot, with what they were made of.
create table history.category_totals (
    as_of date not null,
    version integer not null,
    category varchar not null,
    people bigint not null,
    revenue_12m decimal(38, 4) not null
);

-- One row per snapshot. reason: first | late_rows | parameters | late_rows+parameters.
create table history.snapshots (
    as_of date not null,
    version integer not null,
    made_at timestamp not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    reason varchar not null
);

-- What the marts in this file were built from.
create table meta.builds (
    as_of date not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    snapshots bigint not null,
    code_hash varchar not null
);
