"""Where each claim of a friend stands: what follows from who is paid.

States follow from what is known, so they can be worked out again at any time: while no purchase is known
every valid claim is ``open``. Once the friend has bought, the payer is ``bought`` and the others are
``superseded``, by better proof or by who came first; they come back when the payer is struck out. Claims
older than the window stay ``open`` with that reason: the sales files may yet show an earlier purchase, for
which they count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims import evidence, who_is_paid
from clientela.loyalty.claims.verdicts import PAID, SILENT
from clientela.loyalty.claims.who_is_paid import Friend

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

OUTRANKED: Final = {evidence.PRESENTED: "code_presented", evidence.OWNER: "owner"}
"""The reason of a claim that another one outranks, by the other's rank; ``better_proof`` for the rest."""


def resolve(db: Connection, programme: Programme, friend_key: str, now: int) -> Friend:
    """Bring the states of a friend's claims to where the facts say; return them as they are then."""
    for claim_id in evidence.see_clicks(db, friend_key, now):
        who_is_paid.emit(db, claim_id, now)
    known = who_is_paid.friend(db, friend_key)
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
        who_is_paid.emit(db, row["claim_id"], now)
    return who_is_paid.friend(db, friend_key) if changed else known


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
    if payer is None:
        return _without_payer(programme, known, row)
    day = known.bought_on
    best = evidence.rank(payer, day)
    if row["claim_id"] == payer["claim_id"]:
        return ("bought", "owner" if known.assigned is payer else None, None)
    if known.is_alive(programme, row, day) and evidence.rank(row, day) > best:
        return ("superseded", OUTRANKED.get(best, "better_proof"), payer["claim_id"])
    if best == evidence.OWNER:
        return ("superseded", "owner", payer["claim_id"])
    is_late = day is not None and who_is_paid.age(programme, row, day) == "late_claim"
    if passed or is_late or evidence.rank(row, day) == evidence.OWNER:
        return ("superseded", "came_later", payer["claim_id"])
    return _without_payer(programme, known, row)


def _without_payer(programme: Programme, known: Friend, row: Row) -> _State:
    """Return the state of a claim that nobody else's stands before."""
    heir = known.assigned
    if heir is not None and known.bought_on is None:
        by = None if row is heir else heir["claim_id"]
        return ("open" if by is None else "superseded", "owner", by)
    if row["verdict"] not in SILENT | PAID:
        return ("open", row["verdict"], None)
    if known.bought_on is None:
        return ("open", None, None)
    reason = who_is_paid.age(programme, row, known.bought_on)
    return ("open", "other_referrer" if reason == "fresh" else reason, None)
