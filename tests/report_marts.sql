/*
The marts that the report reads, with the rows of one fictional shop at 31 October 2026.

Columns and types here are the contract between the warehouse and the report.
*/
create schema if not exists marts;

create table marts.report_date (
    as_of date, month_start date, previous_as_of date, year_before_as_of date, history_start date,
    last_order_on date, tax_included boolean, currency varchar, people bigint, purchasers bigint,
    orders bigint, revenue_12m decimal(18, 2), identified_revenue_share double,
    anonymous_receipts bigint, anonymous_revenue decimal(18, 2)
);
create table marts.shop_rhythm (
    mean_gap_days double, rhythm_alpha double, late_cut double, lost_cut double, floor_days integer,
    ceiling_days integer, first_repeat_days double, first_repeat_source varchar, returns_observed bigint,
    burn_in_days double, history_complete boolean, fan_share double
);
create table marts.category_totals (
    category varchar, position integer, people bigint, share double, revenue_12m decimal(18, 2),
    revenue_share double, people_month_before bigint, people_year_before bigint
);
create table marts.category_history (as_of date, category varchar, people bigint, revenue_12m decimal(18, 2));
create table marts.movement_matrix (
    from_category varchar, to_category varchar, people bigint, revenue_12m decimal(18, 2)
);
create table marts.movement_steps (position integer, step varchar, people bigint, revenue_12m decimal(18, 2));
create table marts.movers (
    position integer, customer_id varchar, name varchar, from_category varchar, to_category varchar,
    revenue_12m decimal(18, 2), purchases bigint, silent_days integer, own_gap_days double, lost_kind varchar,
    is_late boolean
);
create table marts.call_list (
    position integer, customer_id varchar, name varchar, phone varchar, email varchar, kind varchar,
    category varchar, purchases bigint, last_purchase_on date, own_gap_days double, silent_days integer,
    late_after_days double, silence_allowed_days double, chance double, revenue_12m decimal(18, 2),
    at_stake decimal(18, 2), can_call varchar, consent_email boolean
);
create table marts.customers (
    customer_id varchar, name varchar, kind varchar, category varchar, overlays varchar, purchases bigint,
    first_purchase_on date, last_purchase_on date, first_seen_on date, silent_days integer,
    own_gap_days double, expected_gap_days double, late_after_days double, silence_allowed_days double,
    rhythm_p double, revenue_total decimal(18, 2), revenue_12m decimal(18, 2), lost_kind varchar,
    left_on date, lost_on date, fan_score double, fan_missing varchar, referred_by varchar,
    referred_by_name varchar, phone varchar, email varchar, city varchar, is_warm boolean,
    days_left integer, list_position bigint, is_listed boolean
);
create table marts.category_figures (
    category varchar, position integer, figure varchar, value double, unit varchar, n bigint,
    available boolean, reason varchar
);
create table marts.batches (
    batch_id bigint, loaded_at timestamp, table_name varchar, file_name varchar, records_in bigint,
    merged bigint, unchanged bigint, set_aside bigint, quarantined bigint, money_in decimal(18, 2)
);
create table marts.refused_reasons (
    table_name varchar, disposition varchar, code varchar, records bigint, money decimal(18, 2)
);
create table marts.receipts_by_day (day date, receipts bigint, revenue decimal(18, 2), is_closed boolean);
create table marts.restatements (
    as_of date, category varchar, people_before bigint, people_after bigint, reason varchar
);
create table marts.data_checks (check_name varchar, value bigint);
