"""The lists of the purchase ladder: who holds a coupon about to end, who is still in time."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy

Columns = tuple[tuple[str, str, str], ...]

COUPON_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", "text"),
    (lazy("name"), "name", "text"),
    (lazy("phone"), "phone", "text"),
    (lazy("e-mail"), "email", "text"),
    (lazy("purchases"), "purchases", "plain"),
    (lazy("last purchase"), "last_purchase_on", "plain"),
    (lazy("spent in 12 months"), "revenue_12m", "money"),
    (lazy("coupon"), "code", "text"),
    (lazy("offer"), "offer_type", "offer"),
    (lazy("value"), "value", "money"),
    (lazy("ends on"), "valid_until", "plain"),
    (lazy("days left"), "days_left", "plain"),
    (lazy("may call"), "can_call", "permission"),
    (lazy("outcome"), "null", "plain"),
)
WINDOW_COLUMNS: Final[Columns] = (
    (lazy("id"), "customer_id", "text"),
    (lazy("name"), "name", "text"),
    (lazy("phone"), "phone", "text"),
    (lazy("e-mail"), "email", "text"),
    (lazy("purchases"), "step", "plain"),
    (lazy("last purchase"), "last_purchase_on", "plain"),
    (lazy("days silent"), "silent_days", "plain"),
    (lazy("days left"), "days_left", "plain"),
    (lazy("ends on"), "ends_on", "plain"),
    (lazy("expected from"), "expected_from", "plain"),
    (lazy("expected by"), "expected_on", "plain"),
    (lazy("expected until"), "expected_to", "plain"),
    (lazy("spent in 12 months"), "revenue_12m", "money"),
    (lazy("offer"), "offer", "offer"),
    (lazy("coupon until"), "offer_until", "plain"),
    (lazy("may call"), "can_call", "permission"),
    (lazy("outcome"), "null", "plain"),
)
LADDER_LISTS: Final = (
    ("coupons_due", "marts.coupons_due", COUPON_COLUMNS),
    ("in_window", "marts.in_window", WINDOW_COLUMNS),
)
"""Code (names the file), table and columns of each list; rows lie in the order of ``position``."""
