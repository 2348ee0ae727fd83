/*
Every cell that was found wrong. disposition: quarantined (its record is to correct; all its faults are here, one of
them in meta.refused_records) | kept (the record counts, the cell does not).
*/

create table meta.listed_cells (
    batch_id integer not null,
    record_no bigint not null,
    line_no bigint not null,
    disposition varchar not null,
    code varchar not null,
    column_name varchar,
    value varchar
);
