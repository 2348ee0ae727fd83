/*
Documents have keys, versions and a way back: which fields a load brought and how new its file was, who else brought a
row, under which other key a row was known, what a file no longer brings, which loads were taken back.
*/

-- fields: what the file's columns filled, parted by commas; null for loads of before. newest_on: its newest event.
-- kind: load, or undo for the taking back of one. money_before: of corrected rows, what they said before.
-- restored: rows that a number used again had overwritten and that stand again.
alter table meta.batches add column fields varchar;
alter table meta.batches add column newest_on date;
alter table meta.batches add column kind varchar default 'load';
alter table meta.batches add column money_before decimal(38, 4) default 0;
alter table meta.batches add column restored bigint default 0;

-- Rows that a later load brought again as they stood. same_as: the load whose row it is.
create table meta.confirmed_rows (
    table_name varchar not null,
    source varchar not null,
    row_key varchar not null,
    batch_id integer not null,
    record_no bigint not null,
    same_as integer not null
);

-- The parts of the key of a source's documents, joined with +: said by its mapping, or measured on its files.
create table meta.document_keys (
    table_name varchar not null,
    source varchar not null,
    parts varchar not null,
    is_said boolean not null
);

-- Rows that got another name: former to present. to_source differs where a source was named anew.
-- outcome: rekeyed | kept, where what the new key asks for is not stored.
create table meta.rekeyed_rows (
    table_name varchar not null,
    source varchar not null,
    former_key varchar not null,
    to_source varchar not null,
    row_key varchar not null,
    batch_id integer not null,
    outcome varchar not null
);

-- Rows that stood within the days that a file covers and that it did not bring again. Nothing is deleted.
create table meta.disappeared_rows (
    batch_id integer not null,
    table_name varchar not null,
    source varchar not null,
    row_key varchar not null,
    happened_on date,
    amount decimal(38, 4)
);

-- Loads that were taken back, as the register had them.
create table meta.undone_batches (
    batch_id integer not null,
    undone_by integer not null,
    file_name varchar not null,
    table_name varchar not null,
    source varchar not null
);
