"""The tables a shop can hand in, with the fields, types and keys that the loader may rely on.

The words are those of the field; their DuckDB columns are created by ``migrations/``, and a test
keeps the two the same. Every raw table also has ``PROVENANCE``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from clientela.consent import ACTIONS, CHANNELS, PURPOSES

TEXT: Final = "varchar"
MONEY: Final = "decimal(18,4)"
NUMBER: Final = "decimal(18,4)"
COUNT: Final = "bigint"
DAY: Final = "date"
INSTANT: Final = "timestamp"
FLAG: Final = "boolean"

PROVENANCE: Final = {"source": TEXT, "row_key": TEXT, "batch_id": "integer", "record_no": "bigint"}
"""Where a row came from: ``(source, row_key)`` is unique in its table; record_no counts from 1."""

PERSON_KEYS: Final = ("customer_id", "vat_number", "tax_code", "card_number", "email", "phone")
"""What can say who a person is, strongest first."""


@dataclass(frozen=True)
class InputTable:
    """One table that a file may hold."""

    name: str
    fields: dict[str, str]
    """Field name to DuckDB type, in the order of the raw table."""

    mandatory: tuple[tuple[str, ...], ...]
    """Each group must have at least one of its fields present and readable in every row."""

    event: str | None = None
    """The field that dates the row; a date after today is a fault."""

    key: tuple[str, ...] = ()
    """Fields that name a row; where they are missing its content and its occurrence do."""

    money: tuple[str, ...] = ()
    """Fields summed in the reconciliation, the first one present per row."""

    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields with a closed list of words."""


def _table(name: str, fields: str, *mandatory: str, **more: object) -> InputTable:
    """Build a table from ``"name type, …"``; a mandatory group is written ``"a|b|c"``."""
    types = {"t": TEXT, "m": MONEY, "n": NUMBER, "i": COUNT, "d": DAY, "s": INSTANT, "f": FLAG}
    pairs = (item.split(":") for item in fields.split())
    return InputTable(
        name,
        {column: types[kind] for column, kind in pairs},
        tuple(tuple(group.split("|")) for group in mandatory),
        **more,  # type: ignore[arg-type]
    )


_KEYS = "customer_id:t vat_number:t tax_code:t card_number:t email:t phone:t"
_PERSON = "customer_id|vat_number|tax_code|card_number|email|phone"


@cache
def input_tables() -> dict[str, InputTable]:
    """Return every table by name."""
    tables = [
        _table(
            "customers",
            f"{_KEYS} kind:t name:t first_name:t last_name:t company_name:t pec:t address:t postal_code:t "
            "city:t province:t country:t birth_date:d created_at:s acquisition_source:t referred_by:t "
            "referral_code:t card_issued_at:s owner_rating:i do_not_contact:f status_note:t in_target:f",
            _PERSON,
            key=("customer_id",),
            choices={"kind": ("consumer", "b2b")},
        ),
        _table(
            "orders",
            f"order_id:t order_date:s {_KEYS} customer_name:t net_amount:m gross_amount:m vat_amount:m "
            "discount_amount:m shipping_amount:m refunded_amount:m cost_amount:m status:t doc_type:t "
            "channel:t store_id:t operator_id:t order_type:t coupon_code:t campaign_id:t referral_code:t "
            "refund_of:t due_date:d payment_method:t currency:t is_gift:f recipient_contact:t "
            "delivery_date:d quote_amount:m prepaid_amount:m",
            "order_date",
            "net_amount|gross_amount",
            event="order_date",
            key=("order_id",),
            money=("net_amount", "gross_amount"),
            choices={"order_type": ("one_off", "recurring", "deposit", "quote")},
        ),
        _table(
            "order_lines",
            "order_id:t line_no:i product_id:t product_name:t category:t quantity:n unit_price:n "
            "net_amount:m cost:m is_reward:f is_recommended:f",
            "order_id",
            "net_amount|quantity",
            key=("order_id", "line_no"),
            money=("net_amount",),
        ),
        _table(
            "payments",
            "payment_id:t order_id:t payment_date:d amount:m method:t status:t due_date:d open_amount:m "
            "reminder_no:i",
            "order_id",
            "payment_date",
            "amount",
            event="payment_date",
            key=("payment_id",),
            money=("amount",),
        ),
        _table(
            "touchpoints",
            f"touch_id:t ts:s {_KEYS} direction:t channel:t type:t campaign_id:t category_at_send:t status:t "
            "content_id:t is_promotional:f cost:m minutes:n",
            _PERSON,
            "ts",
            "direction",
            "channel",
            event="ts",
            key=("touch_id",),
            money=("cost",),
            choices={
                "direction": ("in", "out"),
                "status": (
                    "sent",
                    "delivered",
                    "bounced",
                    "clicked",
                    "replied",
                    "unsubscribed",
                    "complained",
                ),
            },
        ),
        _table(
            "campaigns",
            "campaign_id:t name:t channel:t start:d end:d cost:m minutes:n target_category:t offer_type:t "
            "holdout_share:n",
            "campaign_id",
            "start",
            key=("campaign_id",),
            money=("cost",),
        ),
        _table(
            "channel_stats",
            "period:t channel:t store_id:t exposed:i entered:i leads:i buyers:i cost:m",
            "period",
            "channel",
            "exposed|entered|leads|buyers",
            key=("period", "channel", "store_id"),
            money=("cost",),
        ),
        _table(
            "surveys",
            f"response_id:t wave:t ts:s {_KEYS} score_0_10:i reason:t share_of_10:n shops_used:i our_rank:n "
            "main_competitor:t trust_product:i trust_company:i source_of_answer:t",
            "ts",
            "score_0_10|share_of_10|our_rank",
            event="ts",
            key=("response_id",),
        ),
        _table(
            "interactions",
            f"interaction_id:t ts:s {_KEYS} type:t minutes:n resolved_at:s tone:t note:t",
            _PERSON,
            "ts",
            "type",
            event="ts",
            key=("interaction_id",),
            choices={
                "type": (
                    "complaint",
                    "praise",
                    "suggestion",
                    "return",
                    "appointment",
                    "support",
                    "out_of_scope",
                    "revision",
                    "price_request",
                    "urgent",
                    "no_show",
                    "incident",
                )
            },
        ),
        _table(
            "consents",
            f"{_KEYS} purpose:t channel:t action:t ts:s method:t text_version:t proof_ref:t operator_id:t "
            "source_order_id:t",
            _PERSON,
            "purpose",
            "channel",
            "action",
            "ts",
            event="ts",
            choices={
                "purpose": PURPOSES,
                "channel": CHANNELS,
                "action": ACTIONS,
            },
        ),
        _table(
            "loyalty_events",
            f"event_id:t ts:s {_KEYS} type:t points:n lot_id:t order_id:t store_id:t operator_id:t",
            "ts",
            "type",
            _PERSON,
            event="ts",
            key=("event_id",),
            choices={
                "type": (
                    "enrol",
                    "earn",
                    "redeem",
                    "reverse",
                    "expire",
                    "adjust",
                    "merge",
                    "block",
                    "leave",
                )
            },
        ),
        _table(
            "coupons",
            "code:t customer_id:t offer_type:t value:m value_type:t issued_at:s valid_from:d valid_until:d "
            "validity_days:i trigger_order_id:t protocol_step:t status:t redeemed_order_id:t redeemed_at:s",
            "code",
            key=("code",),
            choices={"status": ("issued", "reserved", "redeemed", "released", "expired", "void")},
        ),
        _table(
            "referrals",
            "referral_id:t referrer_id:t code:t clicked_at:s arrived_at:s arrived_contact:t "
            "arrived_customer_id:t first_order_id:t status:t reward_code:t reward_due_at:s reward_given_at:s "
            "method:t receipt_on:d store_id:t reason:t friend_name:t evidence:i shown_on:d",
            "referrer_id",
            "arrived_contact|code|first_order_id",
            event="arrived_at",
            key=("referral_id",),
        ),
        _table(
            "referral_links",
            "customer_id:t code:t short_code:t made_at:s disabled_at:s",
            "customer_id",
            "code",
            "made_at",
            event="made_at",
            key=("code",),
        ),
        _table(
            "referral_clicks",
            "code:t day:d people:i visitors:i previews:i bots:i qr:i",
            "code",
            "day",
            "people",
            event="day",
            key=("code", "day"),
        ),
        _table(
            "referral_rewards",
            "reward_id:t referral_id:t customer_id:t amount:m state:t reason:t earned_on:d due_on:d "
            "updated_at:s",
            "reward_id",
            "customer_id",
            "amount",
            "earned_on",
            key=("reward_id",),
            money=("amount",),
            choices={"state": ("held", "approved", "redeemed", "reversed", "rejected")},
        ),
        _table(
            "effort_log",
            "date:d minutes:n euros:m category:t customer_id:t activity:t campaign_id:t",
            "date",
            "minutes|euros",
            event="date",
            money=("euros",),
        ),
        _table(
            "promises",
            "promise_id:t customer_id:t what:t due_on:d kept_on:d",
            "customer_id",
            "due_on",
            key=("promise_id",),
        ),
        _table(
            "control_totals",
            "day:d device_id:t closed_at:s receipts:i net_amount:m vat_amount:m cash_amount:m "
            "electronic_amount:m",
            "day",
            "device_id",
            "net_amount|receipts",
            event="day",
            key=("day", "device_id", "closed_at"),
            money=("net_amount",),
        ),
        _table("competitors", "name:t distance_km:n note:t", "name", key=("name",)),
        _table(
            "targets",
            f"target_id:t {_KEYS} name:t city:t source_of_list:t legal_basis:t listed_on:d",
            "name|email|phone|vat_number|tax_code",
            "source_of_list",
            key=("target_id",),
        ),
    ]
    return {table.name: table for table in tables}
