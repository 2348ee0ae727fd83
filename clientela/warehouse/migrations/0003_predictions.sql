/*
What a report predicted, how past predictions turned out, and what came of the calls.
*/

-- The model as it was last fitted for a date, as `model show` prints it.
create table history.model_fits (
    as_of date not null,
    model varchar not null,
    made_at timestamp not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    fit varchar not null
);

-- One row per month end whose report has written its predictions down; never changed afterwards.
-- tier: rule | table | model | mixed. data_until: the newest order known then; expected_next_month: sales of
-- the calendar month that follows, from the customers known, low and high by the mean error of the months before,
-- null where that is not known. sha256: of the canonical rows (warehouse/predictions.py).
create table history.prediction_sets (
    as_of date primary key,
    horizon_days integer not null,
    made_at timestamp not null,
    data_until date,
    tier varchar not null,
    people bigint not null,
    expected_silent double not null,
    expected_purchases double not null,
    expected_sales decimal(18, 2) not null,
    expected_next_month decimal(18, 2) not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    sha256 varchar not null,
    next_month_low decimal(18, 2),
    next_month_high decimal(18, 2)
);

-- What was predicted of each person: method as in marts.model_scores; sales in the shop's currency.
create table history.predictions (
    as_of date not null,
    customer_id varchar not null,
    method varchar not null,
    p_silent decimal(9, 6) not null,
    expected_purchases decimal(12, 6) not null,
    expected_sales decimal(18, 2) not null
);

-- One row per month end of the past, predicted from the rows dated by it and graded with what followed.
-- The flags count everybody; the purchases are those of the horizon.
create table history.graded_origins (
    as_of date not null,
    horizon_days integer not null,
    made_at timestamp not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    customers bigint not null,
    repeat_customers bigint not null,
    silent bigint not null,
    lost_flagged bigint not null,
    lost_silent bigint not null,
    expected_purchases double not null,
    actual_purchases double not null,
    primary key (as_of, horizon_days)
);

-- The sales of the calendar month after a month end, from the customers known at it: as expected then, and as they came.
create table history.graded_takings (
    as_of date primary key,
    made_at timestamp not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    expected double not null,
    actual double not null
);

-- Which month ends the report of a date looks back on, so that it says the same whenever it is made again.
create table history.report_cards (
    as_of date not null,
    predicted_on date not null
);

-- way: how P(silent) was made; written is what a report of that day had said, as_before that everybody does
-- what they did in the days before. sure: people expected to buy with 80 % or more.
create table history.graded_ways (
    as_of date not null,
    horizon_days integer not null,
    way varchar not null,
    people bigint not null,
    brier double not null,
    brier_low double,
    brier_high double,
    auc double,
    log_loss double not null,
    sure bigint,
    sure_silent bigint
);

-- place: the tenth of the scale, 0 to 9.
create table history.graded_bins (
    as_of date not null,
    horizon_days integer not null,
    way varchar not null,
    place integer not null,
    people bigint not null,
    predicted double not null,
    happened double not null
);

-- The worst misses of a way, worst first.
create table history.graded_misses (
    as_of date not null,
    horizon_days integer not null,
    way varchar not null,
    position integer not null,
    customer_id varchar not null,
    p_silent double not null,
    was_silent boolean not null,
    purchases bigint not null,
    own_gap_days double,
    silent_days integer not null,
    spent double not null
);

-- Who was on a month's call list while a comparison group was kept. arm: call | hold_out.
create table history.call_trials (
    as_of date not null,
    customer_id varchar not null,
    arm varchar not null,
    kind varchar not null
);

-- What came of a call, as the owner noted it; the newest note of a month and customer counts.
create table history.call_outcomes (
    as_of date not null,
    customer_id varchar not null,
    outcome varchar not null,
    euros decimal(18, 2),
    noted_at timestamp not null
);
