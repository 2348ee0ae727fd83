/*
Rows that a file corrected are counted apart from new ones. Batches of before hold both under merged.
*/

alter table meta.batches add column records_corrected bigint default 0;
alter table meta.batches add column money_corrected decimal(38, 4) default 0;
