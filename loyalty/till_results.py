"""What the till says: one colour, one word, one sentence; and the same again to who asks the same again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from clientela.i18n import gettext as _
from clientela.i18n import language, speaking

if TYPE_CHECKING:
    from clientela.loyalty.programme import Programme
    from clientela.loyalty.store.interface import Connection

DAY: Final = {"it": ("it_IT", "d MMMM"), "en": ("en_GB", "d MMMM")}


@dataclass(frozen=True)
class Sale:
    """A sale as the till knows it."""

    idempotency_key: str
    """Random, made by the page: the same sale sent twice is one sale."""
    receipt_no: str | None
    receipt_on: date
    amount_cents: int | None
    operator: str | None
    device_id: str
    store_id: str | None


@dataclass(frozen=True)
class TillResult:
    """What came of it, in one colour and one word."""

    outcome: Literal["accepted", "already", "refused"]
    word: str
    sentence: str
    discount_cents: int
    member_name: str | None
    """The fan who is thanked, or whose reward it was, as others see the name."""
    redemption_id: str | None
    """The public name of the use, to undo it."""


def accepted(
    word: str, sentence: str, cents: int, member_name: str | None, redemption_id: str | None
) -> TillResult:
    """Return a yes: so much off."""
    return TillResult("accepted", word, sentence, cents, member_name, redemption_id)


def already(sentence: str, member_name: str | None = None) -> TillResult:
    """Return that it was used before."""
    return TillResult("already", _("Already used"), sentence, 0, member_name, None)


def refused(sentence: str) -> TillResult:
    """Return a no."""
    return TillResult("refused", _("No"), sentence, 0, None, None)


def day_text(day: date | str) -> str:
    """Write a day as it is said: ``3 maggio``, ``3 May``."""
    from babel.dates import format_date

    locale, pattern = DAY[language()]
    return format_date(date.fromisoformat(day) if isinstance(day, str) else day, pattern, locale=locale)


def once(
    db: Connection,
    programme: Programme,
    sale: Sale,
    asked: tuple[Any, ...],
    now: int,
    work: Callable[[], TillResult],
) -> TillResult:
    """Do a sale unless its key was answered before; the answer is the same each time.

    Args:
        db: the transaction of the work, so that the work and its answer are kept together.
        programme: for the language of the answer.
        sale: the sale. Its day is not compared: a page sent again tomorrow is still the same.
        asked: what was asked for, beside the sale.
        now: milliseconds since 1970 UTC.
        work: does it.
    """
    request = json.dumps([*asked, sale.receipt_no, sale.amount_cents, sale.device_id], default=str)
    request_hash = hashlib.sha256(request.encode()).hexdigest()
    key = f"sale:{sale.idempotency_key}"
    # The writer's thread speaks no language of its own.
    with speaking(programme.language):
        row = db.one("select request_hash, body from answers where idempotency_key = :key", key=key)
        if row is not None:
            if row["request_hash"] != request_hash:
                return refused(_("This entry was sent before, for another sale. Begin again."))
            return TillResult(**json.loads(row["body"]))
        result = _forgotten(db, sale) or work()
        db.add(
            "answers",
            idempotency_key=key,
            request_hash=request_hash,
            status=200,
            body=json.dumps(asdict(result)),
            at=now,
        )
    return result


def _forgotten(db: Connection, sale: Sale) -> TillResult | None:
    """Return the answer to a sale that was done so long ago that its answer is not kept any more."""
    row = db.one(
        "select public_id, discount_cents from redemptions where idempotency_key = :key",
        key=sale.idempotency_key,
    )
    if row is None:
        return None
    sentence = _("This sale was entered before.")
    return accepted(_("Discount"), sentence, row["discount_cents"], None, row["public_id"])
