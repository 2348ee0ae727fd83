"""What the shop did to be seen: campaigns, what each channel brought, and the hours and euros it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, OPENED
from clientela.sample_data.people import SOURCES
from clientela.sample_data.tables import euro


@dataclass(frozen=True)
class Campaign:
    """One row of campaigns.csv."""

    campaign_id: str
    name: str
    channel: str
    start: date
    days: int
    cost: int
    """Cents."""

    minutes: int
    target_category: str
    offer_type: str | None

    @property
    def end(self) -> date:
        """Last day."""
        return self.start + timedelta(self.days)


def _campaign(number: int, line: str) -> Campaign:
    name, channel, start, days, cost, minutes, target, offer = (part.strip() for part in line.split("|"))
    return Campaign(
        f"K{number:02d}",
        name,
        channel,
        date.fromisoformat(start),
        int(days),
        int(cost) * 100,
        int(minutes),
        target,
        offer or None,
    )


_LINES: Final = """
Inaugurazione | flyer | 2023-09-25 | 14 | 380 | 600 | potential | event
Natale 2023 | social | 2023-11-20 | 33 | 240 | 420 | potential |
Pasqua 2024 | flyer | 2024-03-11 | 19 | 290 | 300 | potential |
Torna a trovarci | post | 2024-03-01 | 975 | 900 | 1200 | buyer | discount
Serate di assaggio 2024 | event | 2024-05-09 | 50 | 420 | 960 | prospect | experience
Radio di valle | radio | 2024-10-07 | 27 | 650 | 60 | potential |
Natale 2024 | social | 2024-11-18 | 36 | 320 | 480 | potential |
Richiamo inverno 2025 | phone | 2025-01-14 | 6 | 0 | 260 | lost |
Richiamo primavera 2025 | phone | 2025-04-08 | 6 | 0 | 240 | lost |
Porta un amico | post | 2024-01-08 | 1020 | 700 | 1500 | fan | discount
Serate di assaggio 2025 | event | 2025-05-08 | 50 | 480 | 960 | prospect | experience
Richiamo settembre 2025 | phone | 2025-09-16 | 6 | 0 | 280 | lost |
Natale 2025 | social | 2025-11-17 | 37 | 380 | 540 | potential |
Richiamo inverno 2026 | phone | 2026-01-13 | 6 | 0 | 300 | lost |
Pasqua 2026 | flyer | 2026-03-09 | 26 | 310 | 300 | potential |
Richiamo primavera 2026 | phone | 2026-04-14 | 6 | 0 | 300 | lost |
Sito nuovo | search | 2026-05-11 | 60 | 540 | 700 | potential |
Richiamo settembre 2026 | phone | 2026-09-08 | 6 | 0 | 280 | lost |
Lettera del Fico | email | 2024-01-15 | 1020 | 360 | 4200 | customer |
"""

CAMPAIGNS: Final = tuple(_campaign(n, line) for n, line in enumerate(_LINES.strip().split("\n"), start=1))
NEWSLETTER: Final = CAMPAIGNS[-1].campaign_id


def campaign_of_call(round_on: date) -> str:
    """Return the campaign of a round of calls."""
    return next(one.campaign_id for one in CAMPAIGNS if one.channel == "phone" and one.start == round_on)


def campaign_rows() -> list[dict[str, object]]:
    """Return campaigns.csv."""
    return [
        {
            "campaign_id": one.campaign_id,
            "name": one.name,
            "channel": one.channel,
            "start": one.start,
            "end": min(one.end, LAST),
            "cost": euro(one.cost),
            "minutes": one.minutes,
            "target_category": one.target_category,
            "offer_type": one.offer_type,
            "holdout_share": "0.5" if one.channel == "phone" or one.name == "Torna a trovarci" else None,
        }
        for one in CAMPAIGNS
    ]


def months() -> list[date]:
    """Return the first day of each month of the files."""
    found = [OPENED]
    while found[-1] < date(2026, 10, 1):
        found.append((found[-1] + timedelta(32)).replace(day=1))
    return found


_FUNNEL: Final = {
    # channel: exposed per lead, lead per buyer; 0 = nobody can count it
    "shop_window": (60, 2.2),
    "site": (35, 2.6),
    "search": (25, 2.4),
    "social": (220, 3.0),
    "flyer": (140, 2.8),
    "press": (0, 2.0),
    "radio": (0, 2.0),
    "event": (4, 1.6),
    "referral": (2, 1.4),
}


def channel_rows(buyers: dict[tuple[str, str], int]) -> list[dict[str, object]]:
    """Return channel_stats.csv; the press and the radio cannot say how many people they reached.

    Args:
        buyers: new buyers per month ("2024-03") and channel, as customers.csv has them.
    """
    chance = Chance("channels")
    rows: list[dict[str, object]] = []
    for month in months():
        period = f"{month:%Y-%m}"
        for channel in (*SOURCES[:-1], "referral"):
            exposed_per_lead, leads_per_buyer = _FUNNEL[channel]
            bought = buyers.get((period, channel), 0)
            leads = bought + chance.poisson(max(0.3, bought * (leads_per_buyer - 1.0)))
            entered = leads + chance.poisson(2.0 + leads * 0.6)
            exposed = (
                entered + chance.between(1, 2 * entered * exposed_per_lead) if exposed_per_lead else None
            )
            rows.append(
                {
                    "period": period,
                    "channel": channel,
                    "exposed": exposed,
                    "entered": entered,
                    "leads": leads,
                    "buyers": bought,
                    "cost": euro(_monthly_cost(month, channel)),
                }
            )
    return rows


def _monthly_cost(month: date, channel: str) -> int:
    fixed = {"shop_window": 4500, "site": 2900, "search": 3500}.get(channel, 0)
    return fixed + sum(
        one.cost for one in CAMPAIGNS if one.channel == channel and one.start.replace(day=1) == month
    )


_WEEK: Final = (
    # activity, category, usual minutes, euro cents
    ("post sui social", "potential", 95, 800),
    ("vetrina", "potential", 60, 1200),
    ("risposte a richieste", "prospect", 45, 0),
    ("Lettera del Fico", "customer", 40, 0),
    ("telefonate di cortesia", "fan", 20, 0),
    ("grazie a chi porta amici", "referral", 15, 500),
    ("coupon del secondo acquisto", "buyer", 15, 300),
    ("altro", "", 25, 0),
)


def effort_rows(toxic: list[str]) -> list[dict[str, object]]:
    """Return effort_log.csv: one row per week and activity, and the hours that the toxic take."""
    chance = Chance("effort")
    rows: list[dict[str, object]] = []
    monday = date(2023, 10, 2)
    while monday <= LAST - timedelta(5):
        for activity, category, minutes, cents in _WEEK:
            spent = max(0, minutes + chance.between(-15, 20))
            rows.append(_effort(monday + timedelta(5), spent, cents, category, None, activity))
        for customer in toxic:
            if monday >= date(2025, 11, 3) and chance.happens(0.5):
                rows.append(
                    _effort(
                        monday + timedelta(3), chance.between(25, 70), 0, "customer", customer, "gestione"
                    )
                )
        monday += timedelta(7)
    rows.sort(key=lambda row: str(row["date"]))
    return rows


def _effort(
    day: date, minutes: int, cents: int, category: str, customer: str | None, activity: str
) -> dict[str, object]:
    return {
        "date": day,
        "minutes": minutes,
        "euros": euro(cents),
        "category": category,
        "customer_id": customer,
        "activity": activity,
    }
