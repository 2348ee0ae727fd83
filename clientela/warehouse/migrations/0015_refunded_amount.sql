/*
Orders know what was given back of them in their own row: refunded_amount. As with prepaid_amount, the views over the
tables are made anew after every migration, which is all that is needed here.
*/

create schema if not exists raw;
