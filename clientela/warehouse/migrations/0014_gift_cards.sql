/*
Orders know what of their amount was paid for gift cards: prepaid_amount. A stored table gets the column when a file
first brings it; the views over the tables are made anew after every migration, which is all that is needed here.
*/

create schema if not exists raw;
