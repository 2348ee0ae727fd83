"""Who is paid for a friend: one claim, the first that was still fresh when the friend bought.

A friend may be claimed by several members. States follow from what is known, so they can be worked out
again at any
time: while no purchase is known every valid claim is ``open``. Once the friend has bought, the payer is
``bought`` and later claims are ``superseded``. Claims older than the window stay ``open`` with that reason:
the sales files may yet show an earlier purchase, for which they count. Before all that comes the owner's
word (``assigned_at``), then the sales files' word that a claim is payable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty import events

if TYPE_CHECKING:
    from clientela.loyalty.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

PAID: Final = frozenset({"payable", "refunded"})
"""Verdicts of the sales files that name a claim as the one that counts."""

NOBODY: Final = "x:"
"""Before the key of a friend who was forgotten: a token in the shape of the contact, and a nonce."""

DATED: Final = PAID | {"waiting", "other_referrer", "out_of_window"}
"""Verdicts whose first purchase came after somebody's claim."""

_FACTS: Final = """
select
    claims.claim_id, claims.public_id, claims.member_id, claims.state, claims.state_reason,
    claims.superseded_by,
    claims.claimed_at, claims.assigned_at, claims.updated_at, members.status as member_status,
    outcomes.verdict, outcomes.first_purchase_on, outcomes.qualifying_on, outcomes.qualifying_cents,
    outcomes.as_of, outcomes.updated_at as told_at,
    (
        select flags.rule from flags
        where flags.claim_id = claims.claim_id and flags.state = 'confirmed'
        order by flags.points desc, flags.flag_id limit 1
    ) as refused_by,
    (
        select max(flags.decided_at) from flags
        where flags.claim_id = claims.claim_id and flags.state = 'confirmed'
    ) as refused_at
from claims
inner join members on members.member_id = claims.member_id
left join outcomes on outcomes.claim_id = claims.claim_id
where claims.friend_key = :friend_key
order by claims.claimed_at, claims.claim_id
"""


@dataclass(frozen=True)
class Friend:
    """All that is known of one friend: the claims, first come first, and the discount's uses."""

    friend_key: str
    claims: Sequence[Row]
    use: Row | None
    """The use of the friend's discount, unless undone."""
    undone_at: int | None
    """When a use was undone last."""

    @property
    def live(self) -> list[Row]:
        """The claims that neither the owner nor a rule has struck out."""
        return [row for row in self.claims if row["state"] != "withdrawn" and row["refused_by"] is None]

    @property
    def assigned(self) -> Row | None:
        """The claim to which the owner gave the friend last."""
        given = [row for row in self.live if row["assigned_at"] is not None]
        return max(given, key=lambda row: (row["assigned_at"], row["claim_id"]), default=None)

    @property
    def bought_on(self) -> date | None:
        """The day of the purchase that the till saw, else of the first one in the sales files."""
        if self.use is not None:
            return date.fromisoformat(self.use["receipt_on"])
        days = [
            row["first_purchase_on"]
            for row in self.claims
            if row["verdict"] in DATED and row["first_purchase_on"] is not None
        ]
        return date.fromisoformat(min(days)) if days else None

    @property
    def has_bought(self) -> bool:
        """Tell whether any purchase of this friend is known."""
        return self.bought_on is not None or any(row["verdict"] in PAID for row in self.claims)

    def payer(self, programme: Programme, day: date | None) -> Row | None:
        """Return the claim that a purchase on a day counts for; None where there is none, or no day."""
        if self.assigned is not None:
            return self.assigned if day is not None or self.has_bought else None
        named = [row for row in self.live if row["verdict"] in PAID]
        fresh = [row for row in self.live if day is not None and age(programme, row, day) == "fresh"]
        return next(iter(named or fresh), None)


def age(programme: Programme, claim: Mapping[str, Any], day: date) -> str:
    """Tell whether a claim is fresh, ``out_of_window`` or a ``late_claim`` for a purchase on a day."""
    days = (day - programme.today(claim["claimed_at"])).days
    if days < 0:
        return "late_claim"
    return "fresh" if days <= programme.window_days else "out_of_window"


def friend(db: Connection, friend_key: str) -> Friend:
    """Read all that is known of a friend."""
    uses = db.all(
        """
        select redemption_id, receipt_on, amount_cents, reversed_at from redemptions
        where use_key = :use_key order by redemption_id
        """,
        use_key=use_key(friend_key),
    )
    undone = [row["reversed_at"] for row in uses if row["reversed_at"] is not None]
    return Friend(
        friend_key,
        db.all(_FACTS, friend_key=friend_key),
        next((row for row in uses if row["reversed_at"] is None), None),
        max(undone, default=None),
    )


def use_key(friend_key: str) -> str:
    """Return what can be used once: the friend's discount, whoever sent it."""
    return f"friend:{friend_key}"


def resolve(db: Connection, programme: Programme, friend_key: str, now: int) -> Friend:
    """Bring the states of a friend's claims to where the facts say; return them as they are then."""
    known = friend(db, friend_key)
    wanted = _states(programme, known)
    changed = [
        row
        for row in known.claims
        if wanted[row["claim_id"]] != (row["state"], row["state_reason"], row["superseded_by"])
    ]
    # Who stops being the payer first: two may never be it at once.
    for row in sorted(changed, key=lambda row: wanted[row["claim_id"]][0] == "bought"):
        state, reason, by = wanted[row["claim_id"]]
        db.run(
            """
            update claims set state = :state, state_reason = :reason, superseded_by = :by, updated_at = :now
            where claim_id = :claim_id
            """,
            state=state,
            reason=reason,
            by=by,
            now=now,
            claim_id=row["claim_id"],
        )
        emit(db, row["claim_id"], now)
    return friend(db, friend_key) if changed else known


_State = tuple[str, str | None, int | None]


def _states(programme: Programme, known: Friend) -> dict[int, _State]:
    """Return the state, reason and superseding claim of each claim."""
    payer = known.payer(programme, known.bought_on)
    found: dict[int, _State] = {}
    passed = False
    for row in known.claims:
        if row["state"] == "withdrawn":
            found[row["claim_id"]] = ("withdrawn", row["state_reason"], None)
        elif row["refused_by"] is not None:
            found[row["claim_id"]] = ("rejected", row["refused_by"], None)
        else:
            found[row["claim_id"]] = _live_state(programme, known, row, payer, passed)
            passed = passed or (payer is not None and row["claim_id"] == payer["claim_id"])
    return found


def _live_state(programme: Programme, known: Friend, row: Row, payer: Row | None, passed: bool) -> _State:
    """Return a live claim's state.

    Args:
        programme: for the window.
        known: the friend.
        row: the claim.
        payer: the claim that counts, if one does.
        passed: the payer came before this one.
    """
    heir = known.assigned
    if heir is not None:
        if row["claim_id"] != heir["claim_id"]:
            return ("superseded", "owner", heir["claim_id"])
        return ("bought" if payer is not None else "open", "owner", None)
    if payer is not None and row["claim_id"] == payer["claim_id"]:
        return ("bought", None, None)
    if payer is not None and passed:
        return ("superseded", "came_later", payer["claim_id"])
    if row["verdict"] not in (None, "waiting", "rejected", *PAID):
        return ("open", row["verdict"], None)
    if known.bought_on is None:
        return ("open", None, None)
    reason = age(programme, row, known.bought_on)
    return ("open", "other_referrer" if reason == "fresh" else reason, None)


def emit(db: Connection, claim_id: int, now: int) -> None:
    """Tell the shop's machine how a claim stands."""
    row = db.one(
        """
        select
            claims.public_id as claim, members.customer_id, links.code, claims.method, claims.friend_name,
            claims.contact, claims.friend_key, claims.friend_customer_id, claims.receipt_no,
            claims.receipt_on, claims.store_id,
            clicks.at as clicked_at, claims.claimed_at, claims.state, claims.state_reason as reason
        from claims
        inner join members on members.member_id = claims.member_id
        left join links on links.link_id = claims.link_id
        left join clicks on clicks.hit_id = claims.hit_id
        where claims.claim_id = :claim_id
        """,
        claim_id=claim_id,
    )
    if row is not None:
        clicked_at = row["clicked_at"]
        body = {
            **{name: value for name, value in row.items() if name != "friend_key"},
            "contact": row["contact"] or token_of(row["friend_key"]),
            "clicked_at": None if clicked_at is None else events.instant(clicked_at),
            "claimed_at": events.instant(row["claimed_at"]),
        }
        events.emit(db, "claim", subject(row["claim"]), body, now)


def token_of(friend_key: str) -> str | None:
    """Return what stands for the contact of a friend who was forgotten; None for all others."""
    return (
        friend_key.removeprefix(NOBODY).rpartition(":")[0] or None if friend_key.startswith(NOBODY) else None
    )


def subject(public_id: str) -> str:
    """Return the subject under which a claim's events stand."""
    return f"claim:{public_id}"
