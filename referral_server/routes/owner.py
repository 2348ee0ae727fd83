"""The owner's page: what friends bring, what to decide, what is owed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bottle import request

from clientela.loyalty.claims import claims, fraud
from clientela.loyalty.links import links
from clientela.loyalty.pages import owner as owner_page
from clientela.loyalty.pages import owner_tree, owner_waiting
from clientela.loyalty.people import members
from clientela.loyalty.rewards import rewards
from clientela.loyalty.till import late_entries
from clientela.referral_server.http import forms
from clientela.referral_server.http.problems import BadRequestError
from clientela.referral_server.http.security import see_other
from clientela.referral_server.routes import owner_disputes, owner_lists, owner_words
from clientela.referral_server.routes.staff import shown, written

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.accounts.sessions import Session
    from clientela.referral_server.site import Site

ACTOR: Final = "owner"
MOST_ROWS: Final = 20
MOST_BRANCHES: Final = 80
REASON_LENGTH: Final = 200


class Desk:
    """One request of the owner."""

    def __init__(self, site: Site, *, is_form: bool) -> None:
        self.site = site
        self.session: Session = site.sessions.require("owner")
        self.fields = forms.fields(request) if is_form else {}
        if is_form:
            site.form_tokens.check_session(self.fields.get("csrf", ""), self.session)
        self.now = site.clock()

    def number(self, name: str) -> int:
        """Return a field that is one of our numbers.

        Raises:
            BadRequestError: if it is none.
        """
        text = self.fields.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise BadRequestError
        return int(text)

    def reason(self) -> str:
        """Return the reason given, shortened to what is kept."""
        return self.fields.get("reason", "")[:REASON_LENGTH]

    def show(self, template: str, *, status: int = 200, **values: Any) -> Any:
        """Return a page of the owner's."""
        zone = ZoneInfo(self.site.programme.timezone)

        def moment(at: int) -> datetime:
            return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone)

        common: dict[str, Any] = {
            "csrf": self.site.form_tokens.of_session(self.session),
            "moment": moment,
            "done": None,
            "method": owner_words.method,
            "state": owner_words.state,
            "held_words": owner_words.held_words,
        }
        return shown(self.site, template, status=status, **(common | values))


def done(word: str, section: str) -> Any:
    """Send the browser back to the page, to the section it came from."""
    return see_other(f"/owner?done={word}#{section}")


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/owner")
    def page() -> Any:
        desk = Desk(site, is_form=False)
        return desk.show("referral/owner.html", **_everything(desk))

    @app.post("/owner/flag")
    def decide() -> Any:
        return _decide(Desk(site, is_form=True))

    @app.post("/owner/reward")
    def reward() -> Any:
        return _reward(Desk(site, is_form=True))

    @app.post("/owner/assign")
    def assign() -> Any:
        return _assign(Desk(site, is_form=True))

    @app.post("/owner/withdraw")
    def withdraw() -> Any:
        return _withdraw(Desk(site, is_form=True))

    @app.post("/owner/find")
    def find() -> Any:
        return _find(Desk(site, is_form=True))

    @app.post("/owner/link")
    def link() -> Any:
        return _link(Desk(site, is_form=True))


def _everything(desk: Desk) -> dict[str, Any]:
    """Read the whole page in one transaction, so that its figures agree."""
    programme = desk.site.programme
    with desk.site.store.read() as db:
        funnel = owner_page.funnel(db, programme, desk.now)
        queue = owner_waiting.queue(db, MOST_ROWS + 1)
        cases = owner_lists.cases(db, queue[:MOST_ROWS], owner_words.flag_words)
        disputes, disputed = owner_disputes.disputes(db)
        owed = owner_waiting.owed(db, MOST_ROWS + 1)
        held = owner_waiting.held(db, MOST_ROWS + 1)
        branches = owner_tree.tree(db, MOST_BRANCHES)
        leaders = owner_page.leaders(db)
        fresh = owner_lists.freshness(db)
        late = late_entries.late(db, programme, desk.now)
    return {
        "heading": owner_words.leading_sentence(funnel, desk.site),
        "done": owner_words.done_words(forms.query(request).get("done", "")),
        "funnel": funnel,
        "leaders": leaders,
        "tree": owner_lists.nested(branches),
        "generations": owner_lists.generations(branches),
        "is_tree_cut": len(branches) >= MOST_BRANCHES,
        "flags": cases,
        "disputes": disputes,
        "disputed": disputed,
        "owed": owed[:MOST_ROWS],
        "held": held[:MOST_ROWS],
        "more": {
            "flags": len(queue) > MOST_ROWS,
            "owed": len(owed) > MOST_ROWS,
            "held": len(held) > MOST_ROWS,
        },
        "fresh": fresh,
        "late": late[:MOST_ROWS],
        "late_count": len(late),
        "as_of": date.fromisoformat(fresh.as_of) if fresh.as_of else None,
    }


def _decide(desk: Desk) -> Any:
    """Close the flags of a case, all alike."""
    decision: fraud.Decision
    if desk.fields.get("decision") == "cleared":
        decision = "cleared"
    elif desk.fields.get("decision") == "confirmed":
        decision = "confirmed"
    else:
        raise BadRequestError
    if not re.fullmatch(r"[0-9]{1,15}(,[0-9]{1,15}){0,19}", desk.fields.get("flag", "")):
        raise BadRequestError
    flag_ids, now, programme = desk.fields["flag"].split(","), desk.now, desk.site.programme

    def work(db: Connection) -> None:
        for flag_id in flag_ids:
            fraud.decide(db, programme, int(flag_id), decision, ACTOR, now)

    written(desk.site, work)
    return done(decision, "flags")


def _reward(desk: Desk) -> Any:
    action, reward_id = desk.fields.get("action"), desk.number("reward")
    programme, now, reason = desk.site.programme, desk.now, desk.reason()
    if action == "give":
        is_done = written(desk.site, lambda db: rewards.give(db, programme, reward_id, ACTOR, now))
        return done("given" if is_done else "not-given", "owed")
    if action != "reject" or not reason:
        raise BadRequestError
    is_done = written(desk.site, lambda db: rewards.reject(db, programme, reward_id, ACTOR, reason, now))
    return done("refused" if is_done else "not-refused", "held")


def _assign(desk: Desk) -> Any:
    """Give a friend to another member, asking again where the name fits several or none."""
    claim, named, reason = desk.fields.get("claim", ""), desk.fields.get("fan", ""), desk.reason()
    programme, now = desk.site.programme, desk.now
    with desk.site.store.read() as db:
        picked = members.by_id(db, desk.number("member")) if desk.fields.get("member") else None
        found = [picked] if picked else members.search(db, named) if named else []
    if len(found) != 1 or not reason:
        values = {"claim": claim, "fan": named, "reason": reason, "candidates": found}
        return desk.show("referral/owner_assign.html", status=200 if found and reason else 422, **values)
    member_id = found[0].member_id
    given = written(desk.site, lambda db: claims.assign(db, programme, claim, member_id, ACTOR, reason, now))
    return done("outranked" if given.state == "superseded" else "assigned", "disputes")


def _withdraw(desk: Desk) -> Any:
    """Take out one member's word on a friend: the owner's way past a coupon or code that was shown."""
    claim, reason = desk.fields.get("word", ""), desk.reason()
    programme, now = desk.site.programme, desk.now
    if not reason:
        raise BadRequestError
    written(desk.site, lambda db: claims.withdraw(db, programme, claim, ACTOR, reason, now))
    return done("withdrawn", "disputes")


def _find(desk: Desk) -> Any:
    named = desk.fields.get("fan", "")
    with desk.site.store.read() as db:
        found = members.search(db, named) if named else []
        rows = owner_lists.links_of(db, [each.member_id for each in found])
    return desk.show("referral/owner_links.html", fan=named, links=rows)


def _link(desk: Desk) -> Any:
    action, number, now = desk.fields.get("action"), desk.number("link"), desk.now

    def work(db: Connection) -> None:
        row = db.one("select member_id from links where link_id = :id", id=number)
        if row is None or action not in ("disable", "replace"):
            raise BadRequestError
        if action == "disable":
            links.disable(db, number, now)
        else:
            links.replace(db, int(row["member_id"]), now)

    written(desk.site, work)
    return done(f"link-{action}d", "links")
