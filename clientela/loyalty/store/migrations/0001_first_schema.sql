/*
The first schema of the referral store. Words that both SQLite and PostgreSQL read alike.

units: every _at is milliseconds since 1970 UTC; every _on and day is a day of the shop's time zone, YYYY-MM-DD;
       every _cents is hundredths of the shop's currency.
terms: public_id names a row outside this file (random, 26 signs); a claim is one fan's word that one friend came
       through them, whoever entered it.
*/

-- Things made once for this shop: the salt of the codes, the owner's password, …
create table secrets (
    name text primary key,
    value text not null
);

-- A key of one day and one purpose (visitor, form); destroyed after two days, and with it what it hid.
create table daily_keys (
    day text not null,
    purpose text not null,
    secret text not null,
    primary key (day, purpose)
);

-- One row per fan or customer who may bring friends. folded_name is the name in capitals without accents, to search.
create table members (
    member_id integer primary key,
    public_id text not null unique,
    customer_id text not null unique,
    name text not null,
    folded_name text not null default '',
    phone text,
    email text,
    category text not null,
    status text not null default 'active' check (status in ('active', 'paused', 'erased')),
    portal_hash text not null unique,
    invited_at bigint not null,
    updated_at bigint not null
);
create index members_by_phone on members (phone);
create index members_by_email on members (email);

-- One row per link. code stands in the address; short_code is said aloud (its random part and check symbol).
create table links (
    link_id integer primary key,
    member_id integer not null references members (member_id),
    code text not null unique,
    short_code text not null unique,
    spoken text not null,
    made_at bigint not null,
    disabled_at bigint
);
create index links_by_member on links (member_id);

-- One row per GET of a link. hit_id makes writing it twice harmless. No address, no cookie.
create table clicks (
    click_id integer primary key,
    hit_id text not null unique,
    link_id integer,
    at bigint not null,
    day text not null,
    kind text not null check (kind in ('person', 'preview', 'bot', 'orphan')),
    visitor text,
    channel text,
    agent text,
    referrer_host text
);

-- What the clicks of a link and day add up to; link 0 holds the orphans. version grows with every change.
create table link_days (
    link_id integer not null,
    day text not null,
    people integer not null default 0,
    visitors integer not null default 0,
    previews integer not null default 0,
    bots integer not null default 0,
    qr integer not null default 0,
    version bigint not null,
    primary key (link_id, day)
);
create index link_days_by_version on link_days (version);

-- The same over all days, so that nobody adds up a million rows for a page.
create table link_totals (
    link_id integer primary key,
    people integer not null,
    visitors integer not null,
    previews integer not null,
    bots integer not null,
    qr integer not null
);

-- The visitors already counted in a link's day; emptied with the day's key.
create table visitor_days (
    link_id integer not null,
    day text not null,
    visitor text not null,
    primary key (day, link_id, visitor)
);

-- How far things have come: clicks added up, event versions, the latest instant ever seen.
create table marks (
    name text primary key,
    value bigint not null
);

-- One row per (fan, friend). method: link | code | coupon | phone | email | name | owner.
-- state: open (no purchase known) | bought | rejected | superseded | withdrawn.
-- friend_key: 'c:' + contact, else 'r:' + receipt. The payer of a friend is bought; see loyalty/claims.py.
-- assigned_at: when the owner gave this friend to this member, which beats who came first.
create table claims (
    claim_id integer primary key,
    public_id text not null unique,
    member_id integer not null references members (member_id),
    link_id integer references links (link_id),
    hit_id text,
    method text not null,
    friend_name text,
    contact text,
    friend_key text not null,
    friend_customer_id text,
    receipt_no text,
    receipt_on text,
    store_id text,
    operator text,
    device_id text,
    evidence text not null default '{}',
    state text not null default 'open' check (state in ('open', 'bought', 'rejected', 'superseded', 'withdrawn')),
    state_reason text,
    superseded_by integer references claims (claim_id),
    assigned_at bigint,
    claimed_at bigint not null,
    updated_at bigint not null,
    unique (member_id, friend_key)
);
create index claims_by_friend on claims (friend_key);
create index claims_by_friend_customer on claims (friend_customer_id);
create index claims_by_link on claims (link_id, claimed_at);
create index claims_by_time on claims (claimed_at);
create index claims_by_state on claims (state, member_id);
create index claims_by_receipt on claims (receipt_on);
create unique index one_payer_a_friend on claims (friend_key) where state = 'bought';

-- kind friend: the discount of a claim; kind fan: a reward made spendable. code is spoken like a short code.
create table coupons (
    coupon_id integer primary key,
    code text not null unique,
    kind text not null check (kind in ('friend', 'fan')),
    claim_id integer references claims (claim_id),
    reward_id integer,
    value_cents bigint not null,
    made_at bigint not null,
    valid_until_on text,
    state text not null default 'issued' check (state in ('issued', 'redeemed', 'void')),
    redeemed_at bigint
);
create index coupons_by_claim on coupons (claim_id);
create index coupons_by_reward on coupons (reward_id);

-- One row per form that a friend sent: its coupon and its page. form_hash makes sending it twice harmless.
create table saves (
    save_id integer primary key,
    form_hash text not null unique,
    token_hash text not null unique,
    claim_id integer not null references claims (claim_id),
    coupon_id integer not null references coupons (coupon_id),
    name text not null,
    language text not null,
    consented integer not null default 0,
    shows_name integer not null default 0,
    saved_at bigint not null
);
create index saves_by_claim on saves (claim_id);

-- One row per use of a coupon or of a spoken code at the till. use_key is what can be used once:
-- 'friend:' + friend_key, or 'reward:' + reward_id. method: coupon | contact | code | name | phone | email | owner.
create table redemptions (
    redemption_id integer primary key,
    public_id text not null unique,
    idempotency_key text not null unique,
    use_key text not null,
    method text not null default 'coupon',
    coupon_id integer references coupons (coupon_id),
    claim_id integer references claims (claim_id),
    reward_id integer,
    receipt_no text,
    receipt_on text not null,
    store_id text,
    amount_cents bigint,
    discount_cents bigint not null,
    operator text,
    device_id text,
    at bigint not null,
    reversed_at bigint,
    reverse_reason text
);
create unique index used_once on redemptions (use_key) where reversed_at is null;
create index redemptions_by_claim on redemptions (claim_id);
create index redemptions_by_receipt on redemptions (receipt_on, receipt_no);

-- What the sales files say of a claim; the latest word counts. verdict: waiting | payable | existing_customer |
-- out_of_window | other_referrer | self | circle | refunded | late_claim.
create table outcomes (
    claim_id integer primary key references claims (claim_id),
    friend_customer_id text,
    verdict text not null,
    purchases integer not null,
    first_purchase_on text,
    qualifying_on text,
    qualifying_cents bigint,
    revenue_cents bigint not null,
    refunded_on text,
    as_of text not null,
    updated_at bigint not null
);

-- What is owed for a claim. state: held | approved | redeemed | reversed | rejected; moves say how it got there.
create table rewards (
    reward_id integer primary key,
    public_id text not null unique,
    claim_id integer not null references claims (claim_id),
    member_id integer not null references members (member_id),
    party text not null default 'fan',
    rule text not null,
    amount_cents bigint not null,
    state text not null check (state in ('held', 'approved', 'redeemed', 'reversed', 'rejected')),
    reason text,
    earned_on text not null,
    due_on text not null,
    made_at bigint not null,
    updated_at bigint not null,
    unique (claim_id, party, rule)
);
create index rewards_by_member on rewards (member_id);
create index rewards_by_state on rewards (state, due_on);

create table reward_moves (
    move_id integer primary key,
    reward_id integer not null references rewards (reward_id),
    from_state text,
    to_state text not null,
    reason text,
    actor text not null,
    at bigint not null
);
create index moves_by_reward on reward_moves (reward_id);

-- Reasons to look twice. points 100 rejects, anything open below holds the reward until the owner decides.
create table flags (
    flag_id integer primary key,
    claim_id integer not null references claims (claim_id),
    rule text not null,
    points integer not null,
    detail text not null default '{}',
    state text not null default 'open' check (state in ('open', 'cleared', 'confirmed')),
    raised_at bigint not null,
    decided_at bigint,
    decided_by text,
    unique (claim_id, rule)
);
create index flags_by_state on flags (state);
create index flags_by_claim on flags (claim_id, state);

-- Append-only. subject: 'm:' + customer_id, or the contact. The latest at wins; a withdrawal beats a grant.
create table consents (
    consent_id integer primary key,
    subject text not null,
    purpose text not null,
    channel text not null,
    action text not null check (action in ('grant', 'withdraw', 'object', 'soft_spam_notice')),
    at bigint not null,
    method text not null,
    text_version text,
    origin text not null check (origin in ('server', 'shop')),
    unique (subject, purpose, channel, action, at)
);

-- The log that the shop's own machine reads: append-only, one row per fact.
create table events (
    seq integer primary key autoincrement,
    at bigint not null,
    type text not null,
    subject text not null,
    body text not null
);
create index events_by_subject on events (subject);

create table api_keys (
    key_id text primary key,
    secret_hash text not null,
    scope text not null check (scope in ('sync', 'till')),
    label text not null default '',
    made_at bigint not null,
    used_at bigint,
    revoked_at bigint
);

create table sessions (
    session_hash text primary key,
    kind text not null check (kind in ('owner', 'till')),
    device_id text,
    csrf text not null,
    made_at bigint not null,
    expires_at bigint not null
);

-- The answer to a request that may come twice.
create table answers (
    idempotency_key text primary key,
    request_hash text not null,
    status integer not null,
    body text not null,
    at bigint not null
);
