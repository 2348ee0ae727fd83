"""Every touch between the shop and a person that was no sale: letters, calls, visits, reviews."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from clientela.sample_data import names
from clientela.sample_data.campaigns import CAMPAIGNS, NEWSLETTER, campaign_of_call, months
from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, moment
from clientela.sample_data.people import Person, ascii_letters
from clientela.sample_data.permission import Permission
from clientela.sample_data.plan import arrival_days
from clientela.sample_data.recall import Call
from clientela.sample_data.rhythm import Life

ONLY_TOUCHED: Final = 300
"""People known from touches alone: an e-mail or a phone, no row in customers.csv."""

TARGETS_TOUCHED: Final = 14
TARGETS_BOUNCED: Final = 12

_INBOUND: Final = (
    ("site", "form"),
    ("newsletter", "newsletter_signup"),
    ("chat", "question"),
    ("event", "tasting"),
    ("download", "recipe_book"),
    ("visit", "looked_around"),
    ("quote", "quote_request"),
)


def touch_rows(
    people: list[Person],
    lives: dict[str, Life],
    newsletter: dict[str, Permission],
    calls: list[Call],
    targets: list[dict[str, object]],
) -> list[dict[str, object]]:
    """Return touchpoints.csv in order of time."""
    rows = [*_letters(people, newsletter), *_first_steps(people, lives), *_only_touched()]
    rows += [*_calls(calls), *_targets(targets), *_voices(people, lives)]
    rows = [row for row in rows if isinstance(row["ts"], datetime) and row["ts"].date() <= LAST]
    rows.sort(key=lambda row: (str(row["ts"]), str(row["customer_id"]), str(row["email"]), str(row["phone"])))
    return [{"touch_id": f"X{place:06d}", **row} for place, row in enumerate(rows, start=1)]


def _row(
    at: datetime, who: Person | str, direction: str, channel: str, kind: str, **more: object
) -> dict[str, object]:
    """Return a touch; who is a person of customers.csv, an e-mail address or a phone."""
    text = "" if isinstance(who, Person) else who
    row: dict[str, object] = {
        "ts": at,
        "customer_id": who.customer_id if isinstance(who, Person) else None,
        "email": text if "@" in text else None,
        "phone": text if text and "@" not in text else None,
        "direction": direction,
        "channel": channel,
        "type": kind,
        "campaign_id": None,
        "status": None,
        "content_id": None,
        "is_promotional": None,
        "minutes": None,
    }
    return row | more


def _letters(people: list[Person], newsletter: dict[str, Permission]) -> list[dict[str, object]]:
    """Return the newsletter: every second month, useful and promotional in turn."""
    chance = Chance("newsletter")
    found = []
    for place, month in enumerate(months()[4::2]):
        at = datetime.combine(month.replace(day=15), time(10, 0))
        for person in people:
            allowed = newsletter.get(person.customer_id)
            if not allowed or allowed.since > at or (allowed.until and allowed.until < at):
                continue
            status = chance.weighted(("delivered", "clicked", "bounced", "unsubscribed"), (80, 17, 2.7, 0.3))
            found.append(
                _row(at, person, "out", "email", "newsletter", campaign_id=NEWSLETTER, status=status)
                | {"content_id": f"lettera-{place + 1:02d}", "is_promotional": place % 2 == 1}
            )
    return found


def _first_steps(people: list[Person], lives: dict[str, Life]) -> list[dict[str, object]]:
    """Return how prospects came near, and what a quarter of the buyers did before their first purchase."""
    chance = Chance("first steps")
    found = []
    for person in people:
        bought = bool(lives[person.customer_id].days)
        if person.role == "prospect":
            for _ in range(chance.between(1, 3)):
                at = person.seen_at + timedelta(days=chance.between(0, 120), minutes=chance.between(0, 40))
                channel, kind = chance.pick(_INBOUND)
                found.append(_row(at, person, "in", channel, kind))
        elif bought and person.source in ("site", "social", "event", "search") and chance.happens(0.6):
            at = person.seen_at - timedelta(days=chance.between(1, 60))
            channel, kind = chance.pick(_INBOUND)
            running = [
                one for one in CAMPAIGNS if one.channel == person.source and one.start <= at.date() <= one.end
            ]
            campaign = running[0].campaign_id if running else None
            if at.date() >= date(2023, 9, 1):
                found.append(_row(at, person, "in", channel, kind, campaign_id=campaign))
    return found


def _only_touched() -> list[dict[str, object]]:
    """Return the touches of people who left an e-mail or a phone and nothing else."""
    chance = Chance("only touched")
    found = []
    for number, day in enumerate(arrival_days(chance, ONLY_TOUCHED), start=1):
        first, last = chance.pick(names.WOMEN + names.MEN), chance.pick(names.SURNAMES)
        email = f"{ascii_letters(first)}.{ascii_letters(last)}.p{number}@example.com"
        who = email if chance.happens(0.75) else f"+39 300 888 {number:04d}"
        channel, kind = chance.pick(_INBOUND)
        at = moment(chance, day)
        found.append(_row(at, who, "in", channel, kind))
        if "@" in who and kind == "newsletter_signup":
            for month in months()[4::2]:
                sent = datetime.combine(month.replace(day=15), time(10, 0))
                if sent > at:
                    found.append(
                        _row(
                            sent,
                            who,
                            "out",
                            "email",
                            "newsletter",
                            campaign_id=NEWSLETTER,
                            status="delivered",
                        )
                    )
    return found


def _calls(calls: list[Call]) -> list[dict[str, object]]:
    """Return the calls to people who had stopped coming."""
    chance = Chance("call minutes")
    found = []
    for call in calls:
        if call.was_called:
            row = _row(moment(chance, call.called_on), "", "out", "phone", "recall_call", status=call.status)
            row["customer_id"] = call.customer_id
            row["campaign_id"] = campaign_of_call(call.round_on)
            row["minutes"] = chance.between(2, 9)
            found.append(row)
    return found


def _targets(targets: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the few targets that were written to: some got the letter, some letters came back."""
    chance = Chance("touched targets")
    chosen = chance.some([one for one in targets if one["vat_number"]], TARGETS_TOUCHED + TARGETS_BOUNCED)
    found = []
    for place, target in enumerate(chosen):
        status = "delivered" if place < TARGETS_TOUCHED else "bounced"
        at = datetime.combine(date(2026, 9, 21) + timedelta(place % 5), time(11, 30))
        found.append(_row(at, str(target["email"]), "out", "email", "presentation", status=status))
    return found


def _voices(people: list[Person], lives: dict[str, Life]) -> list[dict[str, object]]:
    """Return reviews and shares; one firm praises to one's face and complains in public."""
    chance = Chance("voices")
    found = []
    for person in people:
        days = lives[person.customer_id].days
        if person.role == "toxic_unpaid_scope":
            at = datetime(2026, 6, 18, 22, 41)
            found.append(_row(at, person, "in", "review", "stars_1"))
        elif person.role == "ordinary" and len(days) > 3 and chance.happens(0.1):
            stars = chance.weighted((5, 4, 3, 2), (60, 25, 10, 5))
            at = moment(chance, chance.pick(days)) + timedelta(hours=5)
            kind = f"stars_{stars}" if chance.happens(0.6) else "shared_photo"
            channel = "review" if kind.startswith("stars") else "share"
            found.append(_row(at, person, "in", channel, kind))
    return found
