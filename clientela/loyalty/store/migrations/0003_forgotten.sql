/*
Who asked to be forgotten, as keyed hashes (clientela/forgotten.py): an import, a queue or an older copy that brings
them again is known by these. The key is a row of secrets, named by key_name.
*/

create table forgotten (
    erasure_id text not null,
    mark text not null,
    key_name text not null,
    at bigint not null,
    primary key (erasure_id, mark)
);
create index forgotten_by_mark on forgotten (mark);

-- Copies of this store made outside its folder, so that an erasure can name them.
create table copies (
    path text primary key,
    made_at bigint not null
);
