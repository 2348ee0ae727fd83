"""The referral programme's files: who holds a link, how often it was opened, what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.invitations import PROGRAMME_START, Invitation
from clientela.sample_data.opening import LAST, moment, next_open
from clientela.sample_data.people import Person
from clientela.sample_data.rhythm import Life
from clientela.sample_data.tables import Row, euro

REWARD_CENTS: Final = 1000
"""What whoever sends a friend gets for the friend's first purchase."""

HOLDERS: Final = 0.35
"""Share of good customers who were given a link and have not sent anybody yet."""

_ALPHABET: Final = "23456789BCDEFGHJKMNPQRSTVWXYZ"
_Rows = list[dict[str, object]]


def link_rows(people: Sequence[Person], lives: dict[str, Life], invitations: Sequence[Invitation]) -> _Rows:
    """Return referral_links.csv: one link for each sender, and for some who have not sent anybody."""
    chance = Chance("referral links")
    first_use: dict[str, datetime] = {}
    for one in invitations:
        who = one.referrer.customer_id
        first_use[who] = min(first_use.get(who, one.arrived_at), one.arrived_at)
    rows: _Rows = []
    for person in people:
        who, life = person.customer_id, lives[person.customer_id]
        is_good = len(life.days) >= 6 and life.left_on is None and person.role == "ordinary"
        drawn, days, at = chance.unit(), chance.between(3, 20), chance.between(0, 500)
        if who in first_use:
            made_on = first_use[who].date() - timedelta(days)
        elif is_good and drawn < HOLDERS:
            made_on = max(PROGRAMME_START, life.days[3]) + timedelta(at)
        else:
            continue
        made_on = next_open(made_on)
        if made_on <= LAST:
            rows.append(
                {
                    "customer_id": who,
                    "code": f"AMICO-{who[1:]}",
                    "short_code": "".join(chance.pick(_ALPHABET) for _ in range(6)),
                    "made_at": moment(chance, made_on),
                    "disabled_at": None,
                }
            )
    return rows


def click_rows(links: Sequence[Row], referrals: Sequence[Row]) -> _Rows:
    """Return referral_clicks.csv: the openings that led to a friend, and those that led to nothing."""
    chance = Chance("referral clicks")
    days: dict[tuple[str, date], Counter[str]] = {}
    for row in referrals:
        at = row["clicked_at"]
        if isinstance(at, datetime):
            days.setdefault((str(row["code"]), at.date()), Counter())["people"] += 1
    for row in links:
        made_at = row["made_at"]
        assert isinstance(made_at, datetime)
        alive = (LAST - made_at.date()).days
        for _ in range(chance.poisson(1.1)):
            on = made_at.date() + timedelta(chance.between(0, max(alive, 0)))
            seen = days.setdefault((str(row["code"]), on), Counter())
            seen["people"] += chance.between(1, 2)
            seen["previews"] += chance.between(0, 2)
            seen["bots"] += chance.happens(0.1)
    return [
        {
            "code": code,
            "day": on,
            "people": seen["people"],
            "visitors": max(1, seen["people"] - chance.between(0, seen["people"] // 2)),
            "previews": seen["previews"],
            "bots": seen["bots"],
            "qr": chance.between(0, seen["people"] // 2),
        }
        for (code, on), seen in sorted(days.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def reward_rows(referrals: Sequence[Row]) -> _Rows:
    """Return referral_rewards.csv: what each first purchase of a friend earned, and whether it was given."""
    rows: _Rows = []
    for row in referrals:
        due_at, given_at = row["reward_due_at"], row["reward_given_at"]
        if not isinstance(due_at, datetime):
            continue
        earned_on = (due_at - timedelta(14)).date()
        if isinstance(given_at, datetime):
            state, updated_at = "redeemed", given_at
        elif due_at.date() <= LAST:
            state, updated_at = "approved", due_at
        else:
            state, updated_at = "held", due_at - timedelta(14)
        rows.append(
            {
                "reward_id": row["reward_code"],
                "referral_id": row["referral_id"],
                "customer_id": row["referrer_id"],
                "amount": euro(REWARD_CENTS),
                "state": state,
                "reason": None,
                "earned_on": earned_on,
                "due_on": due_at.date(),
                "updated_at": updated_at,
            }
        )
    return rows
