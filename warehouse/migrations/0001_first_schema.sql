/*
The first schema: what files hold (raw), what loading did (meta), what reports said (history).
*/

create schema raw;
create schema if not exists meta;
create schema history;
create schema staging;
create schema marts;

create table raw.customers (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "kind" varchar,
    "name" varchar,
    "first_name" varchar,
    "last_name" varchar,
    "company_name" varchar,
    "pec" varchar,
    "address" varchar,
    "postal_code" varchar,
    "city" varchar,
    "province" varchar,
    "country" varchar,
    "birth_date" date,
    "created_at" timestamp,
    "acquisition_source" varchar,
    "referred_by" varchar,
    "referral_code" varchar,
    "card_issued_at" timestamp,
    "owner_rating" bigint,
    "do_not_contact" boolean,
    "status_note" varchar,
    "in_target" boolean
);

create table raw.orders (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "order_id" varchar,
    "order_date" timestamp,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "customer_name" varchar,
    "net_amount" decimal(18,4),
    "gross_amount" decimal(18,4),
    "vat_amount" decimal(18,4),
    "discount_amount" decimal(18,4),
    "shipping_amount" decimal(18,4),
    "cost_amount" decimal(18,4),
    "status" varchar,
    "doc_type" varchar,
    "channel" varchar,
    "store_id" varchar,
    "operator_id" varchar,
    "order_type" varchar,
    "coupon_code" varchar,
    "campaign_id" varchar,
    "referral_code" varchar,
    "refund_of" varchar,
    "due_date" date,
    "payment_method" varchar,
    "currency" varchar,
    "is_gift" boolean,
    "recipient_contact" varchar,
    "delivery_date" date,
    "quote_amount" decimal(18,4)
);

create table raw.order_lines (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "order_id" varchar,
    "line_no" bigint,
    "product_id" varchar,
    "product_name" varchar,
    "category" varchar,
    "quantity" decimal(18,4),
    "unit_price" decimal(18,4),
    "net_amount" decimal(18,4),
    "cost" decimal(18,4),
    "is_reward" boolean,
    "is_recommended" boolean
);

create table raw.payments (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "payment_id" varchar,
    "order_id" varchar,
    "payment_date" date,
    "amount" decimal(18,4),
    "method" varchar,
    "status" varchar,
    "due_date" date,
    "open_amount" decimal(18,4),
    "reminder_no" bigint
);

create table raw.touchpoints (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "touch_id" varchar,
    "ts" timestamp,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "direction" varchar,
    "channel" varchar,
    "type" varchar,
    "campaign_id" varchar,
    "category_at_send" varchar,
    "status" varchar,
    "content_id" varchar,
    "is_promotional" boolean,
    "cost" decimal(18,4),
    "minutes" decimal(18,4)
);

create table raw.campaigns (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "campaign_id" varchar,
    "name" varchar,
    "channel" varchar,
    "start" date,
    "end" date,
    "cost" decimal(18,4),
    "minutes" decimal(18,4),
    "target_category" varchar,
    "offer_type" varchar,
    "holdout_share" decimal(18,4)
);

create table raw.channel_stats (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "period" varchar,
    "channel" varchar,
    "store_id" varchar,
    "exposed" bigint,
    "entered" bigint,
    "leads" bigint,
    "buyers" bigint,
    "cost" decimal(18,4)
);

create table raw.surveys (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "response_id" varchar,
    "wave" varchar,
    "ts" timestamp,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "score_0_10" bigint,
    "reason" varchar,
    "share_of_10" decimal(18,4),
    "shops_used" bigint,
    "our_rank" decimal(18,4),
    "main_competitor" varchar,
    "trust_product" bigint,
    "trust_company" bigint,
    "source_of_answer" varchar
);

create table raw.interactions (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "interaction_id" varchar,
    "ts" timestamp,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "type" varchar,
    "minutes" decimal(18,4),
    "resolved_at" timestamp,
    "tone" varchar,
    "note" varchar
);

create table raw.consents (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "purpose" varchar,
    "channel" varchar,
    "action" varchar,
    "ts" timestamp,
    "method" varchar,
    "text_version" varchar,
    "proof_ref" varchar,
    "operator_id" varchar,
    "source_order_id" varchar
);

create table raw.loyalty_events (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "event_id" varchar,
    "ts" timestamp,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "type" varchar,
    "points" decimal(18,4),
    "lot_id" varchar,
    "order_id" varchar,
    "store_id" varchar,
    "operator_id" varchar
);

create table raw.coupons (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "code" varchar,
    "customer_id" varchar,
    "offer_type" varchar,
    "value" decimal(18,4),
    "value_type" varchar,
    "issued_at" timestamp,
    "valid_from" date,
    "valid_until" date,
    "validity_days" bigint,
    "trigger_order_id" varchar,
    "protocol_step" varchar,
    "status" varchar,
    "redeemed_order_id" varchar,
    "redeemed_at" timestamp
);

create table raw.referrals (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "referral_id" varchar,
    "referrer_id" varchar,
    "code" varchar,
    "clicked_at" timestamp,
    "arrived_at" timestamp,
    "arrived_contact" varchar,
    "arrived_customer_id" varchar,
    "first_order_id" varchar,
    "status" varchar,
    "reward_code" varchar,
    "reward_due_at" timestamp,
    "reward_given_at" timestamp
);

create table raw.effort_log (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "date" date,
    "minutes" decimal(18,4),
    "euros" decimal(18,4),
    "category" varchar,
    "customer_id" varchar,
    "activity" varchar,
    "campaign_id" varchar
);

create table raw.promises (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "promise_id" varchar,
    "customer_id" varchar,
    "what" varchar,
    "due_on" date,
    "kept_on" date
);

create table raw.competitors (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "name" varchar,
    "distance_km" decimal(18,4),
    "note" varchar
);

create table raw.targets (
    "source" varchar not null,
    "row_key" varchar not null,
    "batch_id" integer not null,
    "record_no" bigint not null,
    "target_id" varchar,
    "customer_id" varchar,
    "vat_number" varchar,
    "tax_code" varchar,
    "card_number" varchar,
    "email" varchar,
    "phone" varchar,
    "name" varchar,
    "city" varchar,
    "source_of_list" varchar,
    "legal_basis" varchar,
    "listed_on" date
);

-- One row per file loaded. Money is euro as the file says it, unreadable amounts counted as 0.
create table meta.batches (
    batch_id integer primary key,
    loaded_at timestamp not null,
    source varchar not null,
    table_name varchar not null,
    file_name varchar not null,
    file_sha256 varchar not null,
    file_bytes bigint not null,
    mapping_sha256 varchar not null,
    records_in bigint not null,
    records_merged bigint not null,
    records_unchanged bigint not null,
    records_set_aside bigint not null,
    records_quarantined bigint not null,
    money_in decimal(38, 4) not null,
    money_merged decimal(38, 4) not null,
    money_unchanged decimal(38, 4) not null,
    money_set_aside decimal(38, 4) not null,
    money_quarantined decimal(38, 4) not null,
    unreadable_amounts bigint not null,
    first_event_on date,
    last_event_on date,
    first_changed_on date
);

-- Records that were not merged, kept verbatim with the reason. disposition: set_aside | quarantined.
create table meta.refused_records (
    batch_id integer not null,
    record_no bigint not null,
    line_no bigint not null,
    disposition varchar not null,
    code varchar not null,
    column_name varchar,
    value varchar,
    amount decimal(38, 4) not null,
    raw varchar not null
);

-- Former content of rows that a later file corrected, so that nothing is overwritten without a trace.
create table meta.superseded_rows (
    table_name varchar not null,
    source varchar not null,
    row_key varchar not null,
    batch_id integer not null,
    superseded_by integer not null,
    content varchar not null
);

-- The category of each person at a month end, as the report said it. version 1 is the first saying;
-- a higher one is a restatement.
create table history.category_snapshots (
    as_of date not null,
    version integer not null,
    customer_id varchar not null,
    category varchar not null,
    lost_kind varchar,
    is_late boolean not null,
    lost_on date,
    times_lost integer not null,
    fan_score double,
    revenue_12m decimal(18, 4) not null
);

-- The seven totals of a snapshot, with what they were made of.
create table history.category_totals (
    as_of date not null,
    version integer not null,
    category varchar not null,
    people bigint not null,
    revenue_12m decimal(38, 4) not null
);

-- One row per snapshot. reason: first | late_rows | parameters | late_rows+parameters.
create table history.snapshots (
    as_of date not null,
    version integer not null,
    made_at timestamp not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    reason varchar not null
);

-- What the marts in this file were built from.
create table meta.builds (
    as_of date not null,
    parameters_hash varchar not null,
    last_batch_id integer not null,
    snapshots bigint not null,
    code_hash varchar not null
);
