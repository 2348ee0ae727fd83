"""One request of an enrolled device, and the pages it is answered with: a field, a choice, a form, a word."""

from __future__ import annotations

import base64
import hashlib
import uuid
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from bottle import request
from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.loyalty.till import lookup
from clientela.loyalty.till.lookup import Finding
from clientela.loyalty.till.results import Sale, TillResult
from clientela.referral_server.http import cookies, forms
from clientela.referral_server.http.problems import TooManyRequestsError
from clientela.referral_server.http.throttle import ALL
from clientela.referral_server.routes import till_sale, till_undo
from clientela.referral_server.routes.staff import euro, shown, written
from clientela.templates import promise
from clientela.templates.filters import harmless

if TYPE_CHECKING:
    from clientela.referral_server.accounts.sessions import Session
    from clientela.referral_server.site import Site

MOST_CHOICES: Final = 3
OPERATOR_COOKIE: Final = "initials"


@cache
def script() -> tuple[str, str]:
    """Return the one script and what a page's policy calls it."""
    text = (files("clientela.templates") / "referral" / "till.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"sha256-{digest}"


class Counter:
    """One request of an enrolled device."""

    def __init__(self, site: Site, *, is_form: bool) -> None:
        self.site = site
        self.session: Session = site.sessions.require("till")
        self.fields = forms.fields(request) if is_form else {}
        if is_form:
            site.form_tokens.check_session(self.fields.get("csrf", ""), self.session)
        self.device_id = str(self.session.device_id)
        self.now = site.clock()
        known = cookies.read(request.environ, OPERATOR_COOKIE)
        self._known_operator = till_sale.operator_of({"operator": known})
        typed = till_sale.operator_of(self.fields)
        self.operator = typed if "operator" in self.fields else self._known_operator

    def show(self, template: str, *, status: int = 200, **values: Any) -> Any:
        """Return a page of the till; it remembers the operator for as long as the browser is open."""
        text, digest = script()
        common: dict[str, Any] = {
            "csrf": self.site.form_tokens.of_session(self.session),
            "till": self._label(),
            "operator": self.operator,
            "said": "",
            "error": "",
            "last": None,
            "script": Markup(text),
        }
        answer = shown(self.site, template, status=status, script_hash=digest, **(common | values))
        if self.operator != self._known_operator:
            secure = self.site.sessions.cookie_name("till").startswith("__Host-")
            answer.set_cookie(
                OPERATOR_COOKIE, self.operator, path="/t", httponly=True, samesite="lax", secure=secure
            )
        return answer

    def _label(self) -> str:
        with self.site.store.read() as db:
            row = db.one("select label from api_keys where key_id = :id", id=self.device_id)
        return str(row["label"]) if row else ""

    def throttle(self) -> None:
        """Let nobody try codes and names by the hundred.

        Raises:
            TooManyRequestsError: if this device asks too often.
        """
        if not self.may_ask():
            raise TooManyRequestsError(30)

    def may_ask(self) -> bool:
        """Count one look-up or sale; tell whether it is within what this device, and all together, may ask.

        Counted by the device: enrolling again gives a new session, and would give a new count.
        """
        allow = self.site.throttle.allow
        return allow("till", self.device_id) and allow("tills", ALL)

    def sale(self, key: str, typed: till_sale.Typed, on: Any = None, operator: str = "") -> Sale:
        """Return the sale as the domain wants it."""
        return Sale(
            idempotency_key=key,
            receipt_no=typed.receipt_no,
            receipt_on=on or self.site.programme.today(self.now),
            amount_cents=typed.amount_cents,
            operator=operator or self.operator or None,
            device_id=self.device_id,
            store_id=None,
        )

    def do(self, typed: till_sale.Typed, sale: Sale) -> TillResult:
        """Do a sale once, in one transaction."""
        programme, now = self.site.programme, self.now
        return written(self.site, lambda db: till_sale.do_once(db, programme, typed, sale, now))

    def start(self, said: str = "", error: str = "", status: int = 200) -> Any:
        """Return the page with the one field."""
        with self.site.store.read() as db:
            last = till_undo.last_of_today(db, self.site.programme, self.device_id, self.now)
        return self.show("referral/till.html", status=status, said=said, error=error, last=last)

    def result(self, result: TillResult, *, retry: bool = False) -> Any:
        """Return the page with the one word.

        Args:
            result: what came of it.
            retry: offer the same form again, filled in.
        """
        words = {"accepted": _("Done"), "already": _("Already used"), "refused": _("No")}
        off = _("{amount} off.").format(amount=euro(self.site, result.discount_cents))
        kept = ("said", "choice", "friend", "receipt", "amount")
        return self.show(
            "referral/till_result.html",
            outcome=result.outcome,
            word=words[result.outcome],
            sentence=f"{off} {result.sentence}" if result.discount_cents else result.sentence,
            redemption=result.redemption_id,
            again={name: self.fields.get(name, "") for name in kept} if retry else {},
        )

    def step(self, step: str, heading: str, sentence: str, **values: Any) -> Any:
        """Return a page with a form."""
        common: dict[str, Any] = {
            "said": self.fields.get("said", ""),
            "key": str(uuid.uuid4()),
            "values": self.fields,
            "errors": {},
            "choice": self.fields.get("choice", ""),
            "choices": [],
            "more": 0,
            "by_name": False,
            "is_discount": True,
        }
        return self.show(
            "referral/till_found.html", step=step, heading=heading, sentence=sentence, **(common | values)
        )

    def undo_step(self, last: till_undo.Undoable, errors: dict[str, str]) -> Any:
        """Return the form that asks why the last sale is taken back."""
        amount = euro(self.site, last.discount_cents)
        words = (
            _("At {time}: {amount} off, receipt {receipt}.")
            if last.receipt_no
            else _("At {time}: {amount} off.")
        )
        sentence = words.format(time=last.at, amount=amount, receipt=last.receipt_no)
        heading = _("Take back the last one")
        return self.step("undo", heading, sentence, choice=last.redemption, errors=errors)


def found(counter: Counter, said: str, **values: Any) -> Any:
    """Return what to do with what was said: use a discount, name the friend, or pick one of up to three."""
    with counter.site.store.read() as db:
        finding = lookup.look_up(db, counter.site.programme, said, counter.now)
        ways = till_sale.ways(db, finding)
    way = till_sale.picked(ways, counter.fields.get("choice", ""))
    if way is None:
        return _choices(counter, finding, ways) if ways else counter.start(said, finding.message)
    if (problem := _unusable(counter, finding, way)) is not None:
        return counter.result(problem)
    if way.member is None:
        amount = euro(counter.site, way.cents)
        if way.name == "reward" and finding.member is not None:
            heading = _("Reward of {amount}").format(amount=amount)
            sentence = _("For {name}.").format(name=harmless(finding.member.shown_name))
            return counter.step("redeem", heading, sentence, choice=way.name, **values)
        is_reward = finding.kind == "reward"
        promised = "" if is_reward else promise.of_coupon(counter.site.programme, way.cents)
        heading = _("{amount} off").format(amount=amount) if way.cents else promised
        told = finding.message if promised in ("", heading) else f"{_ended(promised)} {finding.message}"
        values |= {"is_discount": bool(heading)}
        heading = heading or _("Enter the friend")
        return counter.step("redeem", heading, told, choice=way.name, **values)
    by_name = finding.method not in ("code", "phone")
    if by_name and not way.member.has_phone:
        return counter.start(said, _("No phone is known of this fan: ask for the spoken code."))
    heading = _("{name} sends them").format(name=harmless(way.member.shown_name))
    told = _ended(promise.to_friend(counter.site.programme))
    return counter.step("attribute", heading, told, choice=way.name, by_name=by_name, **values)


def _ended(words: str) -> str:
    """Return a promise as a sentence of its own."""
    return words if not words or words.endswith((".", "!")) else f"{words}."


def _unusable(counter: Counter, finding: Finding, way: till_sale.Way) -> TillResult | None:
    """Return the answer to what cannot be used any more, before anything is asked."""
    known = {"coupon": finding.coupon, "friend": finding.friend}.get(way.name)
    if known is None or known.usable:
        return None
    with counter.site.store.read() as db:
        is_used = till_sale.is_used(db, way)
    return TillResult("already" if is_used else "refused", "", finding.message, 0, None, None)


def _choices(counter: Counter, finding: Finding, ways: list[till_sale.Way]) -> Any:
    shown_ones = ways[:MOST_CHOICES]
    return counter.step(
        "choose",
        _("Which one?"),
        finding.message if finding.candidates else "",
        choices=[_choice(counter, finding, way) for way in shown_ones],
        more=len(ways) - len(shown_ones),
    )


def _choice(counter: Counter, finding: Finding, way: till_sale.Way) -> dict[str, str]:
    """Return a way as a button: its name, its words, and why it cannot be picked."""
    amount = euro(counter.site, way.cents)
    if way.name == "reward":
        return {"value": way.name, "name": _("Spends a reward of {amount}").format(amount=amount), "hint": ""}
    if way.member is None:
        used = _("Uses the discount of {amount}").format(amount=amount)
        promised = promise.of_coupon(counter.site.programme, way.cents)
        plain = _("Use the discount") if promised else _("Enter the friend")
        return {"value": way.name, "name": used if way.cents else plain, "hint": ""}
    needs_digits = finding.method not in ("code", "phone") and not way.member.has_phone
    name = harmless(way.member.shown_name)
    return {
        "value": way.name,
        "name": name if finding.candidates else _("{name} sends them").format(name=name),
        "hint": _("no phone known: only with the spoken code") if needs_digits else "",
    }
