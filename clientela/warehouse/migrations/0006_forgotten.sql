/*
Who asked to be forgotten: keyed hashes (clientela/forgotten.py), by which a file that brings them again is known.
*/

-- One row a mark. is_wiped: the file has been written anew since, so that its free blocks hold nothing of them.
create table meta.forgotten (
    erasure_id varchar not null,
    mark varchar not null,
    mark_key varchar not null,
    forgotten_at bigint not null,
    is_wiped boolean not null
);

-- The shop's own numbers of people who were forgotten: rows keep them, nothing says whose they were.
create table meta.forgotten_ids (
    source varchar not null,
    customer_id varchar not null
);
