/*
Which members are firms: others see a firm's whole name, and of a person the first name and an initial. The shop's
machine says so with the next exchange; until then everybody counts as a person.
*/

alter table members add column is_firm integer not null default 0;
