"""What stands in each list that travels with the report: title, where it comes from, how it is written."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy
from clientela.reports.words import OFFER, PERMISSION

Columns = tuple[tuple[str, str, str], ...]

TEXT, PLAIN, MONEY, NUMBER = "text", "plain", "money", "number"
MARKS, LIST, ALLOWED, KIND, OFFERED = "overlays", "list", "permission", "kind", "offer"
WORDS: Final[dict[str, dict[str, str]]] = {
    LIST: {"late": lazy("late"), "lost": lazy("lost"), "silent": lazy("best and silent")},
    ALLOWED: PERMISSION,
    KIND: {"consumer": lazy("consumer"), "company": lazy("company"), "b2b": lazy("company")},
    OFFERED: OFFER,
}

PERSON_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", TEXT),
    (lazy("name"), "name", TEXT),
    (lazy("phone"), "phone", TEXT),
    (lazy("e-mail"), "email", TEXT),
    (lazy("town"), "city", TEXT),
    (lazy("kind"), "kind", KIND),
    (lazy("notes"), "overlays", MARKS),
    (lazy("purchases"), "purchases", PLAIN),
    (lazy("first purchase"), "first_purchase_on", PLAIN),
    (lazy("last purchase"), "last_purchase_on", PLAIN),
    (lazy("first contact"), "first_seen_on", PLAIN),
    (lazy("days silent"), "silent_days", PLAIN),
    (lazy("own rhythm, days"), "own_gap_days", NUMBER),
    (lazy("days left"), "days_left", PLAIN),
    (lazy("spent in 12 months"), "revenue_12m", MONEY),
    (lazy("spent in all"), "revenue_total", MONEY),
    (lazy("sent by"), "referred_by_name", TEXT),
)
FAN_COLUMNS: Final[Columns] = (
    *PERSON_COLUMNS,
    (lazy("recommends you, 0-10"), "score", PLAIN),
    (lazy("link for friends"), "link", TEXT),
    (lazy("code to say aloud"), "short_code", TEXT),
    (lazy("friends brought"), "friends", PLAIN),
    (lazy("of them have bought"), "buyers", PLAIN),
    (lazy("reward owed"), "rewards_owed", MONEY),
)
REWARD_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", TEXT),
    (lazy("name"), "name", TEXT),
    (lazy("phone"), "phone", TEXT),
    (lazy("e-mail"), "email", TEXT),
    (lazy("friend"), "friend_name", TEXT),
    (lazy("reward owed"), "amount", MONEY),
    (lazy("earned on"), "earned_on", PLAIN),
    (lazy("owed from"), "due_on", PLAIN),
    (lazy("days late"), "days_overdue", PLAIN),
)
CALL_COLUMNS: Final[Columns] = (
    (lazy("position"), "position", PLAIN),
    (lazy("id"), "customer_id", TEXT),
    (lazy("name"), "name", TEXT),
    (lazy("phone"), "phone", TEXT),
    (lazy("e-mail"), "email", TEXT),
    (lazy("list"), "if(silent_place is null, kind, 'silent')", LIST),
    (lazy("purchases"), "purchases", PLAIN),
    (lazy("last purchase"), "last_purchase_on", PLAIN),
    (lazy("own rhythm, days"), "own_gap_days", NUMBER),
    (lazy("days silent"), "silent_days", PLAIN),
    (lazy("chance of such a silence"), "chance", NUMBER),
    (lazy("spent in 12 months"), "revenue_12m", MONEY),
    (lazy("at stake"), "at_stake", MONEY),
    (lazy("may call"), "can_call", ALLOWED),
    (lazy("outcome"), "null", PLAIN),
)
COUPON_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", TEXT),
    (lazy("name"), "name", TEXT),
    (lazy("phone"), "phone", TEXT),
    (lazy("e-mail"), "email", TEXT),
    (lazy("purchases"), "purchases", PLAIN),
    (lazy("last purchase"), "last_purchase_on", PLAIN),
    (lazy("spent in 12 months"), "revenue_12m", MONEY),
    (lazy("coupon"), "code", TEXT),
    (lazy("offer"), "offer_type", OFFERED),
    (lazy("value"), "value", MONEY),
    (lazy("ends on"), "valid_until", PLAIN),
    (lazy("days left"), "days_left", PLAIN),
    (lazy("may call"), "can_call", ALLOWED),
    (lazy("outcome"), "null", PLAIN),
)
WINDOW_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", TEXT),
    (lazy("name"), "name", TEXT),
    (lazy("phone"), "phone", TEXT),
    (lazy("e-mail"), "email", TEXT),
    (lazy("purchases"), "step", PLAIN),
    (lazy("last purchase"), "last_purchase_on", PLAIN),
    (lazy("days silent"), "silent_days", PLAIN),
    (lazy("days left"), "days_left", PLAIN),
    (lazy("ends on"), "ends_on", PLAIN),
    (lazy("expected from"), "expected_from", PLAIN),
    (lazy("expected by"), "expected_on", PLAIN),
    (lazy("expected until"), "expected_to", PLAIN),
    (lazy("spent in 12 months"), "revenue_12m", MONEY),
    (lazy("offer"), "offer", OFFERED),
    (lazy("coupon until"), "offer_until", PLAIN),
    (lazy("may call"), "can_call", ALLOWED),
    (lazy("outcome"), "null", PLAIN),
)
