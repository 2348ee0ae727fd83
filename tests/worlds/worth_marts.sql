/*
The marts that the page on what a customer is worth reads, with no rows: an addition to report_marts.sql.
*/
create table marts.measures (
    name varchar, value double, unit varchar, low double, high double, n bigint, available boolean, reason varchar
);
create table marts.maturity (
    position integer, answer varchar, n bigint, available boolean, reason varchar, available_on date, missing varchar
);
create table marts.cohort_triangle (
    started_on date, quarter integer, people bigint, watched bigint, returned bigint, returned_share double,
    is_partial boolean
);
create table marts.value_by_year (year integer, months integer, people bigint, year_people bigint, value double);
create table marts.value_groups (
    dimension varchar, member varchar, people bigint, total decimal(18, 2), mean double, low double, high double,
    median double, p90 double, margin_mean double, expected_mean double, life_mean double, life_low double,
    life_high double
);
