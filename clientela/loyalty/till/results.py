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
from clientela.italian import day_pattern
from clientela.loyalty.store import answers

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection

DAY: Final = {"it": ("it_IT", "d MMMM"), "en": ("en_GB", "d MMMM")}


@dataclass(frozen=True)
class Sale:
    """A sale as the till knows it."""

    idempotency_key: str
    """Random, made by the page: the same sale sent twice is one sale. It opens the stored answer, and so is
    stored nowhere; see ``name``."""
    receipt_no: str | None
    receipt_on: date
    amount_cents: int | None
    operator: str | None
    device_id: str
    store_id: str | None

    @property
    def name(self) -> str:
        """What the store knows the sale by: the key of this device, which is another at every other one."""
        parts = f"{len(self.device_id)} {self.device_id} {self.idempotency_key}"
        return f"sale:{hashlib.sha256(parts.encode()).hexdigest()}"


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
    """Write a day as it is said: ``3 maggio``, ``1º maggio``, ``3 May``."""
    from babel.dates import format_date

    locale, pattern = DAY[language()]
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(on, day_pattern(pattern, on.day) if language() == "it" else pattern, locale=locale)


def once(
    db: Connection,
    programme: Programme,
    sale: Sale,
    asked: tuple[Any, ...],
    now: int,
    work: Callable[[], TillResult],
) -> TillResult:
    """Do a sale unless its key was answered before at its device; the answer is the same each time.

    Args:
        db: the transaction of the work, so that the work and its answer are kept together.
        programme: for the language of the answer.
        sale: the sale. Its day is not compared: a page sent again tomorrow is still the same.
        asked: what was asked for, beside the sale.
        now: milliseconds since 1970 UTC.
        work: does it.
    """
    request = json.dumps([*asked, sale.receipt_no, sale.amount_cents], default=str).encode()

    def answer() -> bytes:
        return json.dumps(asdict(_forgotten(db, sale) or work())).encode()

    # The writer's thread speaks no language of its own.
    with speaking(programme.language):
        try:
            body = answers.once(
                db, answers.Caller(f"sale {sale.device_id}"), sale.idempotency_key, request, now, answer
            )
        except answers.OtherRequestError:
            return refused(_("This entry was sent before, for another sale. Begin again."))
    return TillResult(**json.loads(body))


def _forgotten(db: Connection, sale: Sale) -> TillResult | None:
    """Return the answer to a sale that was done so long ago that its answer is not kept any more."""
    # Before keys were bound to their device they stood here as they came.
    row = db.one(
        """
        select public_id, discount_cents from redemptions
        where idempotency_key in (:name, :key) and device_id = :device
        """,
        name=sale.name,
        key=sale.idempotency_key,
        device=sale.device_id,
    )
    if row is None:
        return None
    sentence = _("This sale was entered before.")
    return accepted(_("Discount"), sentence, row["discount_cents"], None, row["public_id"])
