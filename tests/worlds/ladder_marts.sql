/*
The tables of the purchase ladder that the report reads, empty: columns and types are the contract.
*/
create schema if not exists marts;

create table marts.ladder_curve (
    series varchar, days integer, returned bigint, at_risk bigint, people bigint, returned_share double, low double,
    high double
);
create table marts.ladder_groups (
    kind varchar, member varchar, people bigint, others bigint, at_risk bigint, returned_share double, low double,
    high double, others_share double, difference double, difference_low double, difference_high double, chi2 double,
    p double, p_adjusted double
);
create table marts.in_window (
    position bigint, customer_id varchar, name varchar, phone varchar, email varchar, category varchar, step integer,
    last_purchase_on date, silent_days integer, days_left integer, ends_on date, expected_from date, expected_on date,
    expected_to date, revenue_total decimal(18, 4), revenue_12m decimal(18, 4), can_call varchar,
    consent_email boolean, offer varchar, offer_until date
);
create table marts.coupons_due (
    position bigint, code varchar, customer_id varchar, name varchar, phone varchar, email varchar, category varchar,
    purchases integer, last_purchase_on date, revenue_12m decimal(18, 4), offer_type varchar, value decimal(18, 4),
    value_type varchar, issued_on date, valid_until date, days_left bigint, can_call varchar, consent_email boolean
);
