/*
What the referral server knows: how far the exchange with it has come. Its links, clicks and rewards are input
tables, which store.py makes.
*/

-- name: what is counted; value: how far it is, as text.
create table meta.exchange (
    name varchar primary key,
    value varchar not null
);
