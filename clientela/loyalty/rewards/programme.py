"""The programme: what friends and fans get, for how long, and where the pages live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings


class NoAddressError(ClientelaError):
    """Links, QR codes and cards need the public address of the pages, and the settings do not say it."""

    def __init__(self) -> None:
        super().__init__(
            _("The public address of the pages is not set, so there are no links, QR codes or cards yet."),
            _('Write it in clientela.toml under [referral], as base_url = "https://…".'),
        )


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _cents(euro: float) -> int:
    """Return euro as cents; through text, so that 0.29 is 29 and not 28."""
    return int(Decimal(str(euro)).scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Programme:
    """What the settings say of the programme; money in cents, time in days."""

    shop_name: str
    language: str
    currency: str
    timezone: str
    base_url: str
    """Public address of the pages without a final slash; empty while nobody may be invited."""
    target_url: str
    target_hosts: tuple[str, ...]
    friend_offer: str
    """What the friend gets, in the owner's words."""
    friend_cents: int
    """What the friend's discount is worth, once."""
    reward_cents: int
    """What the fan gets for each friend."""
    reward_on_purchase: int
    """The friend's n-th purchase earns the reward."""
    min_purchase_cents: int
    """A smaller purchase earns no reward."""
    window_days: int
    """A claim counts for a purchase at most so many days later."""
    hold_days: int
    """A reward waits so long for a return of the goods."""
    cap_per_month: int
    """Rewards per fan and month at most; 0: no limit."""

    @classmethod
    def of(cls, settings: Settings) -> Programme:
        """Read the programme from a shop's settings."""
        given = settings.referral
        return cls(
            shop_name=settings.shop.name,
            language=settings.shop.language,
            currency=settings.shop.currency,
            timezone=settings.categories.timezone,
            base_url=given.base_url.rstrip("/"),
            target_url=given.target_url,
            target_hosts=tuple(given.target_hosts),
            friend_offer=given.friend_offer,
            friend_cents=_cents(given.friend_value),
            reward_cents=_cents(given.reward_value),
            reward_on_purchase=given.reward_on_purchase,
            min_purchase_cents=_cents(given.min_purchase),
            window_days=given.window_days,
            hold_days=given.hold_days,
            cap_per_month=given.cap_per_month,
        )

    def address(self) -> str:
        """Return the public address of the pages.

        Raises:
            NoAddressError: while the settings do not say it.
        """
        if not self.base_url:
            raise NoAddressError
        return self.base_url

    def link_url(self, code: str, channel: str = "") -> str:
        """Return a link's full address.

        Args:
            code: the link's code.
            channel: q, w, m or s (``CHANNELS`` of the clicks), to tell scans from taps; empty for none.

        Raises:
            NoAddressError: while the settings do not say the address of the pages.
        """
        return f"{self.address()}/r/{code}" + (f"?c={channel}" if channel else "")

    def today(self, now: int) -> date:
        """Return the shop's day at an instant, milliseconds since 1970 UTC."""
        return datetime.fromtimestamp(now // 1000, UTC).astimezone(_zone(self.timezone)).date()

    def last_instant(self, day: date) -> int:
        """Return the last millisecond of a day of the shop."""
        end = datetime.combine(day, time(23, 59, 59), _zone(self.timezone))
        return int(end.timestamp()) * 1000 + 999


def require_address(settings: Settings) -> str:
    """Return the public address of the pages.

    Raises:
        NoAddressError: while the settings do not say it.
    """
    return Programme.of(settings).address()
