BEGIN TRANSACTION;
CREATE TABLE answers (
    idempotency_key text primary key,
    request_hash text not null,
    status integer not null,
    body text not null,
    at bigint not null
);
INSERT INTO "answers" VALUES('sale:key 23JTMVMB 2026-05-02','68a8d3b5b342c17ee948e79e0e7271f9ebab26de0c985e7f4cce0ae9efd2264e',200,'{"outcome": "accepted", "word": "Discount", "sentence": "Anna B. sent them.", "discount_cents": 1000, "member_name": "Anna B.", "redemption_id": "8d52cb9d9b207df16631d46ca3"}',1777716000000);
INSERT INTO "answers" VALUES('sale:key 99HB8KWT 2026-05-03','a8d133f02daacd818edbe6a6c320cd4a0bdf683db6b0fbd26afb472ce15ae787',200,'{"outcome": "accepted", "word": "Discount", "sentence": "Anna B. sent them.", "discount_cents": 1000, "member_name": "Anna B.", "redemption_id": "6237cbc99d5555099dd718636e"}',1777802400000);
INSERT INTO "answers" VALUES('sale:key 86VB4Q9D 2026-05-03','8d0371f30ea189af96e1f75f1f3bf7a522a99f602c314ca2d0b36a0b929d0678',200,'{"outcome": "accepted", "word": "Discount", "sentence": "The thanks go to Anna B., who sent them first.", "discount_cents": 1000, "member_name": "Anna B.", "redemption_id": "0e0f6c491693cf5e8e2189d2cf"}',1777802400000);
INSERT INTO "answers" VALUES('sale:named C1 2026-05-22 340 1112223 7','22a95d5632b17b6fd38edf3b04c612be34701daa06a9aaf95ace9e1a7a1e1f58',200,'{"outcome": "accepted", "word": "Discount", "sentence": "Anna B. sent them.", "discount_cents": 1000, "member_name": "Anna B.", "redemption_id": "c4d44549cd3dff4e580f845fe5"}',1779444000000);
INSERT INTO "answers" VALUES('sale:named C2 2026-05-23 +39 0340 1112223 8','29355d54e8ddbcec2f15f50518d4eed40befbf71e30f27e3f3427a3d46339021',200,'{"outcome": "accepted", "word": "Discount", "sentence": "Carlo N. sent them.", "discount_cents": 1000, "member_name": "Carlo N.", "redemption_id": "464b30d29cf27e6ffdf2899d77"}',1779530400000);
INSERT INTO "answers" VALUES('sale:key 62FTEKNW 2026-05-24','344bbcc25cd8c23f73914992e91a642b0a7940f260b41dc83cff16595f30703d',200,'{"outcome": "accepted", "word": "Discount", "sentence": "The thanks go to Anna B., who sent them first.", "discount_cents": 1000, "member_name": "Anna B.", "redemption_id": "de37151e984bcde6541f277a16"}',1779616800000);
INSERT INTO "answers" VALUES('sale:queue 1','570e4b326fe6ccc20a76fcb7b54ba7007742beb8a90c4a21e790974bc1e521d2',200,'{"outcome": "accepted", "word": "Discount", "sentence": "Dora R. sent them.", "discount_cents": 1000, "member_name": "Dora R.", "redemption_id": "482fef9502177d3b2cafd39148"}',1779703200000);
CREATE TABLE api_keys (
    key_id text primary key,
    secret_hash text not null,
    scope text not null check (scope in ('sync', 'till')),
    label text not null default '',
    made_at bigint not null,
    used_at bigint,
    revoked_at bigint
);
CREATE TABLE claims (
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
INSERT INTO "claims" VALUES(1,'d9e7f691af1351d048be003f5c',1,1,NULL,'link','Luca Verdi','luca.verdi@gmail.com','c:luca.verdi@gmail.com',NULL,NULL,'2026-05-02',NULL,NULL,NULL,'{}','bought',NULL,NULL,NULL,1777629600000,1777716000000);
INSERT INTO "claims" VALUES(2,'d858b425ad2b3ab324d04b964b',1,1,NULL,'link','Luca V','lucaverdi+due@gmail.com','c:lucaverdi+due@gmail.com',NULL,NULL,'2026-05-03',NULL,NULL,NULL,'{}','bought',NULL,NULL,NULL,1777716000000,1777802400000);
INSERT INTO "claims" VALUES(3,'998c3e5d029a6fc41bcfe60319',1,1,NULL,'link','Nina','nina@posta.example','c:nina@posta.example',NULL,NULL,'2026-05-03',NULL,NULL,NULL,'{}','bought',NULL,NULL,NULL,1777629600000,1777802400000);
INSERT INTO "claims" VALUES(4,'eda763275569eddf3b64f31b33',2,2,NULL,'link','Nina','nina@posta.example','c:nina@posta.example',NULL,NULL,'2026-05-03',NULL,NULL,NULL,'{}','superseded','came_later',3,NULL,1777716000000,1777802400000);
INSERT INTO "claims" VALUES(5,'6d1e049fac5707bff69df93834',2,2,NULL,'link','Luca Verdi','l.ucaverdi@googlemail.com','c:l.ucaverdi@googlemail.com',NULL,NULL,NULL,NULL,NULL,NULL,'{}','open',NULL,NULL,NULL,1779357600000,1779357600000);
INSERT INTO "claims" VALUES(6,'e803ae6a34f5f1e48477f4e6b9',1,NULL,NULL,'code','Mara Blu','+393401112223','c:+393401112223',NULL,'7','2026-05-22',NULL,'Piera','till-1','{"facts": [{"said_at_till": "code", "at": 1779444000000, "receipt_no": "7", "operator": "Piera"}]}','bought',NULL,NULL,NULL,1779444000000,1779444000000);
INSERT INTO "claims" VALUES(7,'66172323dca5d6fc2f3bc905fb',2,NULL,NULL,'code','Mara B','+3903401112223','c:+3903401112223',NULL,'8','2026-05-23',NULL,'Piera','till-1','{"facts": [{"said_at_till": "code", "at": 1779530400000, "receipt_no": "8", "operator": "Piera"}]}','bought',NULL,NULL,NULL,1779530400000,1779530400000);
INSERT INTO "claims" VALUES(8,'92f7abbe601cf56645b6e26630',1,1,NULL,'link','Piero','piero@posta.example','c:piero@posta.example',NULL,NULL,'2026-05-24',NULL,NULL,NULL,'{}','bought',NULL,NULL,NULL,1779271200000,1779616800000);
INSERT INTO "claims" VALUES(9,'9871b06eed3d574eced16bf67a',2,2,'h1','link','Piero','piero@posta.example','c:piero@posta.example',NULL,NULL,'2026-05-24',NULL,NULL,NULL,'{}','superseded','came_later',8,NULL,1779357600000,1779616800000);
INSERT INTO "claims" VALUES(10,'38b998fe8f3fd1f1ae20ece871',3,NULL,NULL,'code',NULL,'late@posta.example','c:late@posta.example',NULL,'31','2026-05-05',NULL,'Piera','till-1','{"facts": [{"said_at_till": "code", "at": 1779703200000, "receipt_no": "31", "operator": "Piera"}]}','bought',NULL,NULL,NULL,1778018399999,1779703200000);
CREATE TABLE clicks (
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
INSERT INTO "clicks" VALUES(1,'h1',2,1779357600000,'2026-05-21','person',NULL,NULL,NULL,NULL);
CREATE TABLE consents (
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
CREATE TABLE coupons (
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
INSERT INTO "coupons" VALUES(1,'23JTMVMB','friend',1,NULL,1000,1777629600000,'2026-07-30','redeemed',1777716000000);
INSERT INTO "coupons" VALUES(2,'99HB8KWT','friend',2,NULL,1000,1777716000000,'2026-07-31','redeemed',1777802400000);
INSERT INTO "coupons" VALUES(3,'84BHF337','friend',3,NULL,1000,1777629600000,'2026-07-30','issued',NULL);
INSERT INTO "coupons" VALUES(4,'86VB4Q9D','friend',4,NULL,1000,1777716000000,'2026-07-31','redeemed',1777802400000);
INSERT INTO "coupons" VALUES(5,'69WSYM46','fan',NULL,1,1000,1779271200000,NULL,'redeemed',1779271200000);
INSERT INTO "coupons" VALUES(6,'44W6VBCM','fan',NULL,2,1000,1779271200000,NULL,'issued',NULL);
INSERT INTO "coupons" VALUES(7,'86FW4G2R','fan',NULL,3,1000,1779271200000,NULL,'issued',NULL);
INSERT INTO "coupons" VALUES(8,'84HRJBXR','friend',5,NULL,1000,1779357600000,'2026-08-19','issued',NULL);
INSERT INTO "coupons" VALUES(9,'69QRWEGM','friend',8,NULL,1000,1779271200000,'2026-08-18','issued',NULL);
INSERT INTO "coupons" VALUES(10,'62FTEKNW','friend',9,NULL,1000,1779357600000,'2026-08-19','redeemed',1779616800000);
INSERT INTO "coupons" VALUES(11,'37PVC2TP','fan',NULL,7,1000,1779703200000,NULL,'issued',NULL);
CREATE TABLE daily_keys (
    day text not null,
    purpose text not null,
    secret text not null,
    primary key (day, purpose)
);
CREATE TABLE events (
    seq integer primary key autoincrement,
    at bigint not null,
    type text not null,
    subject text not null,
    body text not null
);
INSERT INTO "events" VALUES(1,1775037600000,'member','m:C1','{"customer_id": "C1", "status": "active"}');
INSERT INTO "events" VALUES(2,1775037600000,'member','m:C2','{"customer_id": "C2", "status": "active"}');
INSERT INTO "events" VALUES(3,1775037600000,'link','link:GpTLWYov2Rv','{"customer_id": "C1", "code": "GpTLWYov2Rv", "short_code": "689W9D", "made_at": "2026-04-01T10:00:00.000Z", "disabled_at": null}');
INSERT INTO "events" VALUES(4,1775037600000,'link','link:DxtA0zw3lr','{"customer_id": "C2", "code": "DxtA0zw3lr", "short_code": "4ZSFZ8", "made_at": "2026-04-01T10:00:00.000Z", "disabled_at": null}');
INSERT INTO "events" VALUES(5,1775037600000,'member','m:C3','{"customer_id": "C3", "status": "active"}');
INSERT INTO "events" VALUES(6,1775037600000,'link','link:jnSp0nYxxEJ','{"customer_id": "C3", "code": "jnSp0nYxxEJ", "short_code": "PND38H", "made_at": "2026-04-01T10:00:00.000Z", "disabled_at": null}');
INSERT INTO "events" VALUES(7,1777629600000,'claim','claim:d9e7f691af1351d048be003f5c','{"claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca Verdi", "contact": "luca.verdi@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(8,1777716000000,'redemption','redemption:8d52cb9d9b207df16631d46ca3','{"redemption": "8d52cb9d9b207df16631d46ca3", "kind": "friend", "code": "23JTMVMB", "claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "receipt_no": null, "receipt_on": "2026-05-02", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-02T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(9,1777716000000,'claim','claim:d9e7f691af1351d048be003f5c','{"claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca Verdi", "contact": "luca.verdi@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-02", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(10,1777716000000,'claim','claim:d9e7f691af1351d048be003f5c','{"claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca Verdi", "contact": "luca.verdi@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-02", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(11,1777716000000,'reward','reward:0e9bf73b52638f94f41ead6648','{"reward": "0e9bf73b52638f94f41ead6648", "claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-02", "due_on": "2026-05-16", "updated_at": "2026-05-02T10:00:00.000Z"}');
INSERT INTO "events" VALUES(12,1777716000000,'claim','claim:d858b425ad2b3ab324d04b964b','{"claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca V", "contact": "lucaverdi+due@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(13,1777802400000,'redemption','redemption:6237cbc99d5555099dd718636e','{"redemption": "6237cbc99d5555099dd718636e", "kind": "friend", "code": "99HB8KWT", "claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-03T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(14,1777802400000,'claim','claim:d858b425ad2b3ab324d04b964b','{"claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca V", "contact": "lucaverdi+due@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(15,1777802400000,'claim','claim:d858b425ad2b3ab324d04b964b','{"claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Luca V", "contact": "lucaverdi+due@gmail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(16,1777802400000,'reward','reward:b35926176b856a05c4e156d1e7','{"reward": "b35926176b856a05c4e156d1e7", "claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-03", "due_on": "2026-05-17", "updated_at": "2026-05-03T10:00:00.000Z"}');
INSERT INTO "events" VALUES(17,1777629600000,'claim','claim:998c3e5d029a6fc41bcfe60319','{"claim": "998c3e5d029a6fc41bcfe60319", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(18,1777716000000,'claim','claim:eda763275569eddf3b64f31b33','{"claim": "eda763275569eddf3b64f31b33", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(19,1777802400000,'redemption','redemption:0e0f6c491693cf5e8e2189d2cf','{"redemption": "0e0f6c491693cf5e8e2189d2cf", "kind": "friend", "code": "86VB4Q9D", "claim": "eda763275569eddf3b64f31b33", "customer_id": "C2", "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-03T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(20,1777802400000,'claim','claim:998c3e5d029a6fc41bcfe60319','{"claim": "998c3e5d029a6fc41bcfe60319", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(21,1777802400000,'claim','claim:eda763275569eddf3b64f31b33','{"claim": "eda763275569eddf3b64f31b33", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(22,1777802400000,'claim','claim:eda763275569eddf3b64f31b33','{"claim": "eda763275569eddf3b64f31b33", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-02T10:00:00.000Z", "state": "superseded", "reason": "came_later"}');
INSERT INTO "events" VALUES(23,1777802400000,'claim','claim:998c3e5d029a6fc41bcfe60319','{"claim": "998c3e5d029a6fc41bcfe60319", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Nina", "contact": "nina@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-03", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-01T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(24,1777802400000,'reward','reward:9a5bb48988296467ea4beee605','{"reward": "9a5bb48988296467ea4beee605", "claim": "998c3e5d029a6fc41bcfe60319", "customer_id": "C1", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-03", "due_on": "2026-05-17", "updated_at": "2026-05-03T10:00:00.000Z"}');
INSERT INTO "events" VALUES(25,1779271200000,'reward','reward:0e9bf73b52638f94f41ead6648','{"reward": "0e9bf73b52638f94f41ead6648", "claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "amount": "10.00", "state": "approved", "reason": null, "earned_on": "2026-05-02", "due_on": "2026-05-16", "updated_at": "2026-05-20T10:00:00.000Z"}');
INSERT INTO "events" VALUES(26,1779271200000,'reward','reward:b35926176b856a05c4e156d1e7','{"reward": "b35926176b856a05c4e156d1e7", "claim": "d858b425ad2b3ab324d04b964b", "customer_id": "C1", "amount": "10.00", "state": "approved", "reason": null, "earned_on": "2026-05-03", "due_on": "2026-05-17", "updated_at": "2026-05-20T10:00:00.000Z"}');
INSERT INTO "events" VALUES(27,1779271200000,'reward','reward:9a5bb48988296467ea4beee605','{"reward": "9a5bb48988296467ea4beee605", "claim": "998c3e5d029a6fc41bcfe60319", "customer_id": "C1", "amount": "10.00", "state": "approved", "reason": null, "earned_on": "2026-05-03", "due_on": "2026-05-17", "updated_at": "2026-05-20T10:00:00.000Z"}');
INSERT INTO "events" VALUES(28,1779271200000,'redemption','redemption:1e557a07468a8a74cd78072baa','{"redemption": "1e557a07468a8a74cd78072baa", "kind": "fan", "code": null, "claim": null, "customer_id": "C1", "receipt_no": null, "receipt_on": "2026-05-20", "store_id": null, "amount": null, "discount": "10.00", "redeemed_at": "2026-05-20T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(29,1779271200000,'reward','reward:0e9bf73b52638f94f41ead6648','{"reward": "0e9bf73b52638f94f41ead6648", "claim": "d9e7f691af1351d048be003f5c", "customer_id": "C1", "amount": "10.00", "state": "redeemed", "reason": null, "earned_on": "2026-05-02", "due_on": "2026-05-16", "updated_at": "2026-05-20T10:00:00.000Z"}');
INSERT INTO "events" VALUES(30,1779357600000,'claim','claim:6d1e049fac5707bff69df93834','{"claim": "6d1e049fac5707bff69df93834", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Luca Verdi", "contact": "l.ucaverdi@googlemail.com", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-21T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(31,1779444000000,'claim','claim:e803ae6a34f5f1e48477f4e6b9','{"claim": "e803ae6a34f5f1e48477f4e6b9", "customer_id": "C1", "code": null, "method": "code", "friend_name": "Mara Blu", "contact": "+393401112223", "friend_customer_id": null, "receipt_no": "7", "receipt_on": "2026-05-22", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-22T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(32,1779444000000,'redemption','redemption:c4d44549cd3dff4e580f845fe5','{"redemption": "c4d44549cd3dff4e580f845fe5", "kind": "friend", "code": null, "claim": "e803ae6a34f5f1e48477f4e6b9", "customer_id": "C1", "receipt_no": "7", "receipt_on": "2026-05-22", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-22T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(33,1779444000000,'claim','claim:e803ae6a34f5f1e48477f4e6b9','{"claim": "e803ae6a34f5f1e48477f4e6b9", "customer_id": "C1", "code": null, "method": "code", "friend_name": "Mara Blu", "contact": "+393401112223", "friend_customer_id": null, "receipt_no": "7", "receipt_on": "2026-05-22", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-22T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(34,1779444000000,'reward','reward:e7581e2463b008a83003a19bbe','{"reward": "e7581e2463b008a83003a19bbe", "claim": "e803ae6a34f5f1e48477f4e6b9", "customer_id": "C1", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-22", "due_on": "2026-06-05", "updated_at": "2026-05-22T10:00:00.000Z"}');
INSERT INTO "events" VALUES(35,1779530400000,'claim','claim:66172323dca5d6fc2f3bc905fb','{"claim": "66172323dca5d6fc2f3bc905fb", "customer_id": "C2", "code": null, "method": "code", "friend_name": "Mara B", "contact": "+3903401112223", "friend_customer_id": null, "receipt_no": "8", "receipt_on": "2026-05-23", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-23T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(36,1779530400000,'redemption','redemption:464b30d29cf27e6ffdf2899d77','{"redemption": "464b30d29cf27e6ffdf2899d77", "kind": "friend", "code": null, "claim": "66172323dca5d6fc2f3bc905fb", "customer_id": "C2", "receipt_no": "8", "receipt_on": "2026-05-23", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-23T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(37,1779530400000,'claim','claim:66172323dca5d6fc2f3bc905fb','{"claim": "66172323dca5d6fc2f3bc905fb", "customer_id": "C2", "code": null, "method": "code", "friend_name": "Mara B", "contact": "+3903401112223", "friend_customer_id": null, "receipt_no": "8", "receipt_on": "2026-05-23", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-23T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(38,1779530400000,'reward','reward:098a3f029cfe51792141662f54','{"reward": "098a3f029cfe51792141662f54", "claim": "66172323dca5d6fc2f3bc905fb", "customer_id": "C2", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-23", "due_on": "2026-06-06", "updated_at": "2026-05-23T10:00:00.000Z"}');
INSERT INTO "events" VALUES(39,1779271200000,'claim','claim:92f7abbe601cf56645b6e26630','{"claim": "92f7abbe601cf56645b6e26630", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": null, "claimed_at": "2026-05-20T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(40,1779357600000,'claim','claim:9871b06eed3d574eced16bf67a','{"claim": "9871b06eed3d574eced16bf67a", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": null, "store_id": null, "clicked_at": "2026-05-21T10:00:00.000Z", "claimed_at": "2026-05-21T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(41,1779616800000,'redemption','redemption:de37151e984bcde6541f277a16','{"redemption": "de37151e984bcde6541f277a16", "kind": "friend", "code": "62FTEKNW", "claim": "9871b06eed3d574eced16bf67a", "customer_id": "C2", "receipt_no": null, "receipt_on": "2026-05-24", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-24T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(42,1779616800000,'claim','claim:92f7abbe601cf56645b6e26630','{"claim": "92f7abbe601cf56645b6e26630", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-24", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-20T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(43,1779616800000,'claim','claim:9871b06eed3d574eced16bf67a','{"claim": "9871b06eed3d574eced16bf67a", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-24", "store_id": null, "clicked_at": "2026-05-21T10:00:00.000Z", "claimed_at": "2026-05-21T10:00:00.000Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(44,1779616800000,'claim','claim:9871b06eed3d574eced16bf67a','{"claim": "9871b06eed3d574eced16bf67a", "customer_id": "C2", "code": "DxtA0zw3lr", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-24", "store_id": null, "clicked_at": "2026-05-21T10:00:00.000Z", "claimed_at": "2026-05-21T10:00:00.000Z", "state": "superseded", "reason": "came_later"}');
INSERT INTO "events" VALUES(45,1779616800000,'claim','claim:92f7abbe601cf56645b6e26630','{"claim": "92f7abbe601cf56645b6e26630", "customer_id": "C1", "code": "GpTLWYov2Rv", "method": "link", "friend_name": "Piero", "contact": "piero@posta.example", "friend_customer_id": null, "receipt_no": null, "receipt_on": "2026-05-24", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-20T10:00:00.000Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(46,1779616800000,'reward','reward:ee9f8e0e54543d4c56183ab0eb','{"reward": "ee9f8e0e54543d4c56183ab0eb", "claim": "92f7abbe601cf56645b6e26630", "customer_id": "C1", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-24", "due_on": "2026-06-07", "updated_at": "2026-05-24T10:00:00.000Z"}');
INSERT INTO "events" VALUES(47,1779703200000,'claim','claim:38b998fe8f3fd1f1ae20ece871','{"claim": "38b998fe8f3fd1f1ae20ece871", "customer_id": "C3", "code": null, "method": "code", "friend_name": null, "contact": "late@posta.example", "friend_customer_id": null, "receipt_no": "31", "receipt_on": "2026-05-05", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-05T21:59:59.999Z", "state": "open", "reason": null}');
INSERT INTO "events" VALUES(48,1779703200000,'redemption','redemption:482fef9502177d3b2cafd39148','{"redemption": "482fef9502177d3b2cafd39148", "kind": "friend", "code": null, "claim": "38b998fe8f3fd1f1ae20ece871", "customer_id": "C3", "receipt_no": "31", "receipt_on": "2026-05-05", "store_id": null, "amount": "50.00", "discount": "10.00", "redeemed_at": "2026-05-25T10:00:00.000Z", "reversed_at": null}');
INSERT INTO "events" VALUES(49,1779703200000,'claim','claim:38b998fe8f3fd1f1ae20ece871','{"claim": "38b998fe8f3fd1f1ae20ece871", "customer_id": "C3", "code": null, "method": "code", "friend_name": null, "contact": "late@posta.example", "friend_customer_id": null, "receipt_no": "31", "receipt_on": "2026-05-05", "store_id": null, "clicked_at": null, "claimed_at": "2026-05-05T21:59:59.999Z", "state": "bought", "reason": null}');
INSERT INTO "events" VALUES(50,1779703200000,'reward','reward:aaa392947a027ce4ff4e33d8cd','{"reward": "aaa392947a027ce4ff4e33d8cd", "claim": "38b998fe8f3fd1f1ae20ece871", "customer_id": "C3", "amount": "10.00", "state": "held", "reason": null, "earned_on": "2026-05-05", "due_on": "2026-05-19", "updated_at": "2026-05-25T10:00:00.000Z"}');
INSERT INTO "events" VALUES(51,1779703200000,'reward','reward:aaa392947a027ce4ff4e33d8cd','{"reward": "aaa392947a027ce4ff4e33d8cd", "claim": "38b998fe8f3fd1f1ae20ece871", "customer_id": "C3", "amount": "10.00", "state": "approved", "reason": null, "earned_on": "2026-05-05", "due_on": "2026-05-19", "updated_at": "2026-05-25T10:00:00.000Z"}');
CREATE TABLE flags (
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
CREATE TABLE link_days (
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
CREATE TABLE link_totals (
    link_id integer primary key,
    people integer not null,
    visitors integer not null,
    previews integer not null,
    bots integer not null,
    qr integer not null
);
CREATE TABLE links (
    link_id integer primary key,
    member_id integer not null references members (member_id),
    code text not null unique,
    short_code text not null unique,
    spoken text not null,
    made_at bigint not null,
    disabled_at bigint
);
INSERT INTO "links" VALUES(1,1,'GpTLWYov2Rv','689W9D','ANNA 689 W9D',1775037600000,NULL);
INSERT INTO "links" VALUES(2,2,'DxtA0zw3lr','4ZSFZ8','CARLO 4ZS FZ8',1775037600000,NULL);
INSERT INTO "links" VALUES(3,3,'jnSp0nYxxEJ','PND38H','DORA PND 38H',1775037600000,NULL);
CREATE TABLE marks (
    name text primary key,
    value bigint not null
);
INSERT INTO "marks" VALUES('latest_instant',1779703200000);
CREATE TABLE members (
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
INSERT INTO "members" VALUES(1,'27d11b8e56f1fbff87fcae5ced','C1','Anna Bruni','ANNA BRUNI','+393331234567','anna@posta.example','fan','active','feb3eb8be92df945d5062535a3711db4b3d3d92b51e174a9177d0dedbb3e354d',1775037600000,1775037600000);
INSERT INTO "members" VALUES(2,'7b2743b1d5b9d2c33788b13294','C2','Carlo Neri','CARLO NERI','+393477654321',NULL,'customer','active','20292c730ca354a79b38043c52c44554548bda73d17852dfe8a314d1fca43cb7',1775037600000,1775037600000);
INSERT INTO "members" VALUES(3,'94582b53743dcfdd366e800056','C3','Dora Riva','DORA RIVA','+3903337777777','dora.riva@gmail.com','fan','active','98ecad28e83e8aa898ec6b0871a07337f62ddff3d7f24c6d59b1bb0003af44aa',1775037600000,1775037600000);
CREATE TABLE migrations (
    number integer primary key,
    name text not null,
    applied_at bigint not null
);
INSERT INTO "migrations" VALUES(1,'first_schema',1796052263518);
CREATE TABLE outcomes (
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
CREATE TABLE redemptions (
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
INSERT INTO "redemptions" VALUES(1,'8d52cb9d9b207df16631d46ca3','key 23JTMVMB 2026-05-02','friend:c:luca.verdi@gmail.com','coupon',1,1,NULL,NULL,'2026-05-02',NULL,5000,1000,'Piera','till-1',1777716000000,NULL,NULL);
INSERT INTO "redemptions" VALUES(2,'6237cbc99d5555099dd718636e','key 99HB8KWT 2026-05-03','friend:c:lucaverdi+due@gmail.com','coupon',2,2,NULL,NULL,'2026-05-03',NULL,5000,1000,'Piera','till-1',1777802400000,NULL,NULL);
INSERT INTO "redemptions" VALUES(3,'0e0f6c491693cf5e8e2189d2cf','key 86VB4Q9D 2026-05-03','friend:c:nina@posta.example','coupon',4,4,NULL,NULL,'2026-05-03',NULL,5000,1000,'Piera','till-1',1777802400000,NULL,NULL);
INSERT INTO "redemptions" VALUES(4,'1e557a07468a8a74cd78072baa','given:e621818f8c0fcdef2cac572c5f94b94b','reward:1','owner',NULL,NULL,1,NULL,'2026-05-20',NULL,NULL,1000,'owner',NULL,1779271200000,NULL,NULL);
INSERT INTO "redemptions" VALUES(5,'c4d44549cd3dff4e580f845fe5','named C1 2026-05-22 340 1112223 7','friend:c:+393401112223','code',NULL,6,NULL,'7','2026-05-22',NULL,5000,1000,'Piera','till-1',1779444000000,NULL,NULL);
INSERT INTO "redemptions" VALUES(6,'464b30d29cf27e6ffdf2899d77','named C2 2026-05-23 +39 0340 1112223 8','friend:c:+3903401112223','code',NULL,7,NULL,'8','2026-05-23',NULL,5000,1000,'Piera','till-1',1779530400000,NULL,NULL);
INSERT INTO "redemptions" VALUES(7,'de37151e984bcde6541f277a16','key 62FTEKNW 2026-05-24','friend:c:piero@posta.example','coupon',10,9,NULL,NULL,'2026-05-24',NULL,5000,1000,'Piera','till-1',1779616800000,NULL,NULL);
INSERT INTO "redemptions" VALUES(8,'482fef9502177d3b2cafd39148','queue 1','friend:c:late@posta.example','code',NULL,10,NULL,'31','2026-05-05',NULL,5000,1000,'Piera','till-1',1779703200000,NULL,NULL);
CREATE TABLE reward_moves (
    move_id integer primary key,
    reward_id integer not null references rewards (reward_id),
    from_state text,
    to_state text not null,
    reason text,
    actor text not null,
    at bigint not null
);
INSERT INTO "reward_moves" VALUES(1,1,NULL,'held',NULL,'rules',1777716000000);
INSERT INTO "reward_moves" VALUES(2,2,NULL,'held',NULL,'rules',1777802400000);
INSERT INTO "reward_moves" VALUES(3,3,NULL,'held',NULL,'rules',1777802400000);
INSERT INTO "reward_moves" VALUES(4,1,'held','approved',NULL,'rules',1779271200000);
INSERT INTO "reward_moves" VALUES(5,2,'held','approved',NULL,'rules',1779271200000);
INSERT INTO "reward_moves" VALUES(6,3,'held','approved',NULL,'rules',1779271200000);
INSERT INTO "reward_moves" VALUES(7,1,'approved','redeemed',NULL,'rules',1779271200000);
INSERT INTO "reward_moves" VALUES(8,4,NULL,'held',NULL,'rules',1779444000000);
INSERT INTO "reward_moves" VALUES(9,5,NULL,'held',NULL,'rules',1779530400000);
INSERT INTO "reward_moves" VALUES(10,6,NULL,'held',NULL,'rules',1779616800000);
INSERT INTO "reward_moves" VALUES(11,7,NULL,'held',NULL,'rules',1779703200000);
INSERT INTO "reward_moves" VALUES(12,7,'held','approved',NULL,'rules',1779703200000);
CREATE TABLE rewards (
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
INSERT INTO "rewards" VALUES(1,'0e9bf73b52638f94f41ead6648',1,1,'fan','friend_bought',1000,'redeemed',NULL,'2026-05-02','2026-05-16',1777716000000,1779271200000);
INSERT INTO "rewards" VALUES(2,'b35926176b856a05c4e156d1e7',2,1,'fan','friend_bought',1000,'approved',NULL,'2026-05-03','2026-05-17',1777802400000,1779271200000);
INSERT INTO "rewards" VALUES(3,'9a5bb48988296467ea4beee605',3,1,'fan','friend_bought',1000,'approved',NULL,'2026-05-03','2026-05-17',1777802400000,1779271200000);
INSERT INTO "rewards" VALUES(4,'e7581e2463b008a83003a19bbe',6,1,'fan','friend_bought',1000,'held',NULL,'2026-05-22','2026-06-05',1779444000000,1779444000000);
INSERT INTO "rewards" VALUES(5,'098a3f029cfe51792141662f54',7,2,'fan','friend_bought',1000,'held',NULL,'2026-05-23','2026-06-06',1779530400000,1779530400000);
INSERT INTO "rewards" VALUES(6,'ee9f8e0e54543d4c56183ab0eb',8,1,'fan','friend_bought',1000,'held',NULL,'2026-05-24','2026-06-07',1779616800000,1779616800000);
INSERT INTO "rewards" VALUES(7,'aaa392947a027ce4ff4e33d8cd',10,3,'fan','friend_bought',1000,'approved',NULL,'2026-05-05','2026-05-19',1779703200000,1779703200000);
CREATE TABLE saves (
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
INSERT INTO "saves" VALUES(1,'25dd8061859ff8675eca5e3c8431b8e1a2349accd771b8601c3cf5d57b21fe7e','e50388766ee723778dd2b04a8923a1d6d745900c6716646f415f9f9400fbb563',1,1,'Luca Verdi','it',0,0,1777629600000);
INSERT INTO "saves" VALUES(2,'ad8188af09e8d2ad0e40aa1a72a398a07492f9ffdba109fddbfa4bbc719eaf76','b9e45d7a378f46a6877395aaff65e98fde65e31a18db9c49fda9710ef390b86a',2,2,'Luca V','it',0,0,1777716000000);
INSERT INTO "saves" VALUES(3,'96a0bd2fa2c07bfcfa5995a3ab30deac661167fd4fe0d99414de78e3802b8c10','906abbd2af41792dfb857b3b805603aebe13415d7b91e225a4be505a30eac26b',3,3,'Nina','it',0,0,1777629600000);
INSERT INTO "saves" VALUES(4,'980800c0549e68fde92fe38f108de06f76fbfed5eeef13a3fc7ae9fbf8574e4b','5e582287e1a7dae2dc9462c36597c0e8dd781ac1494da8c347f67350b8aac9f4',4,4,'Nina','it',0,0,1777716000000);
INSERT INTO "saves" VALUES(5,'f32e82cfcfa7e17d1fd0717ed58a298e3ee59e2adc1163b842a99c2aa602aae2','0d058335f88c26b85392292393133396c0ffb988f1315f5b8ad59b579c63f33b',5,8,'Luca Verdi','it',0,0,1779357600000);
INSERT INTO "saves" VALUES(6,'2652180e9d7a0a0e1725d27a34211b56a281b2ff5a35aaa04b513e8efb6f7d01','8cd31dee79edefb961ad995cd125afe734b76174625a03d57b705e683dc8c1a2',8,9,'Piero','it',0,0,1779271200000);
INSERT INTO "saves" VALUES(7,'710bda2fb909919fcd3e6b8c3e56b8826c1550fb6ecaf9c24dd10a46dedc0220','98a14e8af64e2a9caeeac61967a88c62e5201a91ab3e2f42d935f934ad5986e0',9,10,'Piero','it',0,0,1779357600000);
CREATE TABLE secrets (
    name text primary key,
    value text not null
);
INSERT INTO "secrets" VALUES('link_salt','VE_KRhRYFb7AgUOQMWyTvmKNdTuC1uTidVNymk9PxDg');
INSERT INTO "secrets" VALUES('page_key','nrjp-PCAtSMh9d_4XMN-ETn77DALVRdrByJiF9QTv34');
CREATE TABLE sessions (
    session_hash text primary key,
    kind text not null check (kind in ('owner', 'till')),
    device_id text,
    csrf text not null,
    made_at bigint not null,
    expires_at bigint not null
);
CREATE TABLE visitor_days (
    link_id integer not null,
    day text not null,
    visitor text not null,
    primary key (day, link_id, visitor)
);
CREATE INDEX members_by_phone on members (phone);
CREATE INDEX members_by_email on members (email);
CREATE INDEX links_by_member on links (member_id);
CREATE INDEX link_days_by_version on link_days (version);
CREATE INDEX claims_by_friend on claims (friend_key);
CREATE INDEX claims_by_friend_customer on claims (friend_customer_id);
CREATE INDEX claims_by_link on claims (link_id, claimed_at);
CREATE INDEX claims_by_time on claims (claimed_at);
CREATE INDEX claims_by_state on claims (state, member_id);
CREATE INDEX claims_by_receipt on claims (receipt_on);
CREATE UNIQUE INDEX one_payer_a_friend on claims (friend_key) where state = 'bought';
CREATE INDEX coupons_by_claim on coupons (claim_id);
CREATE INDEX coupons_by_reward on coupons (reward_id);
CREATE INDEX saves_by_claim on saves (claim_id);
CREATE UNIQUE INDEX used_once on redemptions (use_key) where reversed_at is null;
CREATE INDEX redemptions_by_claim on redemptions (claim_id);
CREATE INDEX redemptions_by_receipt on redemptions (receipt_on, receipt_no);
CREATE INDEX rewards_by_member on rewards (member_id);
CREATE INDEX rewards_by_state on rewards (state, due_on);
CREATE INDEX moves_by_reward on reward_moves (reward_id);
CREATE INDEX flags_by_state on flags (state);
CREATE INDEX flags_by_claim on flags (claim_id, state);
CREATE INDEX events_by_subject on events (subject);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',51);
COMMIT;
