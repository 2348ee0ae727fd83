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
    from_category varchar, to_category varchar, people bigint, revenue_12m decimal(18, 2),
    revenue_before decimal(18, 2)
);
create table marts.movement_steps (
    position integer, step varchar, people bigint, revenue_12m decimal(18, 2), is_correction boolean
);
create table marts.restated_months (
    as_of date, version integer, step varchar, people bigint, revenue_12m decimal(18, 2), change_people bigint,
    change_revenue decimal(18, 2)
);
create table marts.movers (
    position integer, customer_id varchar, name varchar, from_category varchar, to_category varchar,
    revenue_12m decimal(18, 2), purchases bigint, silent_days integer, own_gap_days double, lost_kind varchar,
    is_late boolean
);
create table marts.call_list (
    position integer, customer_id varchar, name varchar, phone varchar, email varchar, kind varchar,
    category varchar, purchases bigint, last_purchase_on date, own_gap_days double, silent_days integer,
    late_after_days double, silence_allowed_days double, chance double, revenue_12m decimal(18, 2),
    at_stake decimal(18, 2), can_call varchar, consent_email boolean, silent_place bigint
);
create table marts.silent_best (
    position bigint, customer_id varchar, name varchar, is_listed boolean, best_as varchar, signs varchar,
    recent_mean double, earlier_median double, categories_now bigint, categories_before bigint, last_gap integer,
    gap_before integer, earlier_gap double, expected_12m double, loss_chance double, at_risk decimal(18, 4)
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
    merged bigint, unchanged bigint, corrected bigint, set_aside bigint, quarantined bigint,
    money_in decimal(18, 2)
);
create table marts.refused_reasons (
    table_name varchar, disposition varchar, code varchar, records bigint, money decimal(18, 2)
);
create table marts.receipts_by_day (day date, receipts bigint, revenue decimal(18, 2), is_closed boolean);
create table marts.restatements (
    as_of date, category varchar, people_before bigint, people_after bigint, reason varchar
);
create table marts.data_checks (check_name varchar, value bigint);
create table marts.fan_list (
    customer_id varchar, list_position bigint, is_listed boolean, name varchar, phone varchar, email varchar,
    purchases bigint, own_gap_days double, revenue_12m decimal(18, 2), score bigint, link varchar,
    short_code varchar, friends bigint, buyers bigint, friends_revenue_12m decimal(18, 2), owed bigint,
    rewards_owed decimal(18, 2), overdue bigint, due_on date
);
create table marts.rewards (
    reward_id varchar, referral_id varchar, customer_id varchar, name varchar, phone varchar, email varchar,
    is_listed boolean, friend_name varchar, amount decimal(18, 2), state varchar, earned_on date, due_on date,
    is_owed boolean, is_overdue boolean, days_overdue integer
);
create table marts.broken_promises (
    customer_id varchar, name varchar, category varchar, revenue_12m decimal(18, 2), reason varchar,
    days integer, rewards_owed decimal(18, 2), score bigint, score_before bigint
);
create table marts.referral_steps (step varchar, position integer, number bigint);
create table marts.referral_generations (
    generation integer, friends bigint, buyers bigint, customers bigint, revenue_12m decimal(18, 2),
    margin_12m decimal(18, 2), rewards_12m decimal(18, 2), net_12m decimal(18, 2)
);
create table marts.referral_growth (
    started_on date, people bigint, brought bigint, k double, standard_error double, multiplier double
);
create table marts.referred_against_others (
    origin varchar, people bigint, value_12m double, value_low double, value_high double, value_people bigint,
    returned_90d double, returned_low double, returned_high double, at_risk bigint
);
create table marts.referral_participation (
    category varchar, people bigint, with_link bigint, brought bigint, brought_buyers bigint
);
create table marts.referral_origin_totals (category varchar, position integer, people bigint);
create table marts.concentration (
    people bigint, revenue_12m decimal(18, 2), top_people bigint, top_share double, gini double,
    largest_share double
);
create table marts.concentration_curve (step integer, people_share double, revenue_share double);
create table marts.recommendations (
    month date, answers bigint, promoters bigint, passives bigint, detractors bigint, nps double, low double,
    high double
);
create table marts.report_card (
    predicted_on date, ended_on date, way varchar, is_in_time boolean, people bigint, silent bigint,
    lost_flagged bigint, lost_silent bigint, sure bigint, sure_silent bigint
);
create table marts.report_card_takings (predicted_on date, is_written boolean, expected double, actual double, same double);
create table marts.report_card_bins (
    place integer, people bigint, predicted double, happened double, low double, high double
);
create table marts.report_card_misses (
    position integer, predicted_on date, ended_on date, customer_id varchar, name varchar, p_silent double,
    was_silent boolean, purchases bigint, own_gap_days double, silent_days integer, spent double,
    last_purchase_on date
);
create table marts.predictions_now (
    as_of date, horizon_days integer, ends_on date, tier varchar, people bigint, expected_silent double,
    expected_purchases double, expected_sales decimal(18, 2), expected_next_month decimal(18, 2), sha256 varchar
);
create table marts.call_trial (customer_id varchar, arm varchar, kind varchar);
