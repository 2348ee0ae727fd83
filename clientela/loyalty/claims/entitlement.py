"""Whether a claim earns its member a reward: by the sales files' word, else by the till's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clientela.loyalty.claims.verdicts import PAID, SILENT, STALE
from clientela.loyalty.store import clock

if TYPE_CHECKING:
    from clientela.loyalty.claims.who_is_paid import Friend
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Row


@dataclass(frozen=True)
class Earned:
    """A reward is due."""

    earned_on: date
    due_on: date
    """The day on which the hold is over."""
    counts_on: date
    """The day from which the hold counts; its month is the one whose places the reward takes."""
    by_files: bool
    """The sales files say so; their days are believed whatever the clock said."""


def judge(programme: Programme, known: Friend, claim: Row) -> Earned | str:
    """Tell what a claim earns, or in a word why nothing."""
    if claim["state"] != "bought":
        return _why_not_payer(claim)
    if claim["member_status"] == "erased":
        return "member_erased"
    word = _word(programme, known, claim)
    if word is not None:
        return _by_files(programme, known, word)
    return _by_till(programme, known)


def _why_not_payer(claim: Row) -> str:
    if claim["state"] == "superseded":
        return "other_referrer"
    return str(claim["state_reason"] or ("no_purchase" if claim["state"] == "open" else claim["state"]))


def _word(programme: Programme, known: Friend, claim: Row) -> Row | None:
    """Return the outcome that speaks for a claim: its own, or that of a claim it took the place of."""
    ruled_at = max((_ruled_at(row) for row in known.claims), default=0)
    own: Row | None = claim
    said = [row for row in known.claims if row["verdict"] in PAID]
    is_stale = claim["verdict"] in STALE and (claim["told_at"] <= ruled_at or bool(said))
    if claim["verdict"] in SILENT or is_stale:
        own = max(said, key=lambda row: (row["as_of"], row["told_at"]), default=None)
    if own is None or _undone_since(programme, known, own):
        return None
    return own


def _ruled_at(claim: Row) -> int:
    """Return when the owner last said something of a claim that changes who is paid; 0 for never."""
    withdrawn_at = claim["updated_at"] if claim["state"] == "withdrawn" else 0
    return max(claim["assigned_at"] or 0, claim["refused_at"] or 0, withdrawn_at)


def _undone_since(programme: Programme, known: Friend, word: Row) -> bool:
    """Tell whether the till took the goods back after the day up to which the files reach."""
    if known.use is not None or known.undone_at is None:
        return False
    return programme.today(known.undone_at) > date.fromisoformat(word["as_of"])


def _by_files(programme: Programme, known: Friend, word: Row) -> Earned | str:
    if word["verdict"] != "payable":
        return str(word["verdict"])
    cents = word["qualifying_cents"]
    if cents is not None and cents < programme.min_purchase_cents:
        return "below_minimum"
    day = date.fromisoformat(word["qualifying_on"] or word["first_purchase_on"] or word["as_of"])
    start = max(day, _heard_on(programme, known, day))
    return Earned(day, _watched_until(programme, word, start), start, by_files=True)


def _heard_on(programme: Programme, known: Friend, bought_on: date) -> date:
    """Return the day on which the server first heard of a friend who bought on a day.

    That is the first claim, and for a discount used with that purchase or before it, the entry of its use:
    what a till enters weeks later was seen by nobody until then.
    """
    heard = programme.today(min(row["seen_at"] for row in known.claims))
    if known.use is not None and known.use["receipt_on"] <= bought_on.isoformat():
        heard = max(heard, programme.today(known.use["at"]))
    return heard


def _watched_until(programme: Programme, word: Row, start: date) -> date:
    """Return the day on which a hold is over that begins on a day.

    The files show every return up to the day that they reach. What of the hold lies after that day counts
    from the day on which they arrived.
    """
    due = start + timedelta(programme.hold_days)
    reach, told_on = date.fromisoformat(word["as_of"]), programme.today(word["told_up_to_at"])
    if due <= reach:
        return due
    return max(due, told_on + (due - max(reach, start)))


def _by_till(programme: Programme, known: Friend) -> Earned | str:
    use = known.use
    if use is None:
        return "returned" if known.undone_at is not None else "no_purchase"
    if programme.reward_on_purchase > 1:
        # The till sees the friend once; how often they came back is in the sales files.
        return "no_purchase"
    if programme.min_purchase_cents and (use["amount_cents"] or 0) < programme.min_purchase_cents:
        return "below_minimum" if use["amount_cents"] is not None else "no_purchase"
    day = date.fromisoformat(use["receipt_on"])
    start = clock.hold_from(programme, day, use["seen_at"])
    return Earned(day, start + timedelta(programme.hold_days), start, by_files=False)
