"""The till: a device is enrolled once; then one field, at most three choices, and one word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bottle import HTTPResponse, request

from clientela.i18n import gettext as _
from clientela.loyalty.store.answers import OtherRequestError
from clientela.referral_server.http import forms
from clientela.referral_server.http.problems import BadRequestError, Refusal, TooManyRequestsError
from clientela.referral_server.http.security import see_other
from clientela.referral_server.routes import till_sale, till_undo
from clientela.referral_server.routes.staff import FieldError, not_kept, shown, written
from clientela.referral_server.routes.till_counter import Counter, found
from clientela.strict_json import Shape

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.till.results import TillResult
    from clientela.referral_server.site import Site

NAME_LENGTH: Final = 40
"""Signs of a till's name at most."""

QUEUE_BATCH: Final = 50
"""Sales of a queue that are taken at once at most."""

QUEUE: Final = Shape(
    {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "maxItems": QUEUE_BATCH}},
    },
    {},
)
"""What a till's script sends; an entry that cannot be read blocks no other, so anything may be one."""


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""
    _add_enrolment(app, site)

    @app.get("/t")
    def start() -> Any:
        return Counter(site, is_form=False).start()

    @app.post("/t/look-up")
    def look_up() -> Any:
        counter = Counter(site, is_form=True)
        counter.throttle()
        said = counter.fields.get("said", "")
        try:
            till_sale.read_typed({"said": said})
        except FieldError as error:
            return counter.start(said, error.message)
        return found(counter, said)

    @app.post("/t/redeem")
    @app.post("/t/attribute")
    def sell() -> Any:
        return act(Counter(site, is_form=True))

    @app.get("/t/undo")
    def ask_why() -> Any:
        return _undo_page(Counter(site, is_form=False))

    @app.post("/t/undo")
    def undo() -> Any:
        counter = Counter(site, is_form=True)
        counter.throttle()
        reason = counter.fields.get("reason", "")
        if not 0 < len(reason) <= till_sale.LONGEST:
            return _undo_page(counter, _("Say why, in a word or two."))
        redemption, device, now = counter.fields.get("redemption", ""), counter.device_id, counter.now
        return counter.result(
            written(site, lambda db: till_undo.undo(db, site.programme, device, redemption, reason, now))
        )

    @app.post("/t/queue")
    def queue() -> Any:
        return _queue(Counter(site, is_form=False))


def _add_enrolment(app: Bottle, site: Site) -> None:
    @app.get("/t/enrol")
    def enrol() -> Any:
        came = "came" in forms.query(request)
        if came and site.sessions.find("till"):
            return see_other("/t")
        return _enrol_page(site, {}, {"key": not_kept()} if came else {})

    @app.post("/t/enrol")
    def enrolled() -> Any:
        return _enrol(site, forms.fields(request))


def _enrol_page(site: Site, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Any:
    token = site.form_tokens.of_page("enrol")
    return shown(site, "referral/enrol.html", status=status, token=token, values=values, errors=errors)


def _enrol(site: Site, given: dict[str, str]) -> Any:
    """Make a device a till, for who has a till's key."""
    site.form_tokens.check_page(given.get("csrf", ""), "enrol")
    name, prefix = given.get("till", ""), request.environ["clientela.client"].prefix
    if site.throttle.is_spent("key", prefix):
        raise TooManyRequestsError(30)
    if len(name) > NAME_LENGTH:
        too_long = _("At most {n} characters.").format(n=NAME_LENGTH)
        return _enrol_page(site, given, {"till": too_long}, 422)
    try:
        key = site.keys.find(given.get("till_key", ""), "till")
    except Refusal:
        site.throttle.allow("key", prefix)
        wrong = _("This key opens no till. Copy it again, or ask the owner for a new one.")
        return _enrol_page(site, given, {"key": wrong}, 403)
    if name:
        written(
            site,
            lambda db: db.run(
                "update api_keys set label = :name where key_id = :id", name=name, id=key.key_id
            ),
        )
    _session, cookie = site.sessions.start("till", key.key_id)
    answer = see_other("/t/enrol?came=1")
    answer.add_header("Set-Cookie", cookie)
    return answer


def _undo_page(counter: Counter, error: str = "") -> Any:
    """Ask why the last sale is taken back."""
    site = counter.site
    with site.store.read() as db:
        last = till_undo.last_of_today(db, site.programme, counter.device_id, counter.now)
    if last is None:
        return counter.result(till_sale.refused(_("There is nothing of today to take back at this till.")))
    return counter.undo_step(last, {"reason": error} if error else {})


def act(counter: Counter) -> Any:
    """Do what a form asks for; a field with a mistake comes back beside its sentence."""
    counter.throttle()
    key = counter.fields.get("key", "")
    if not till_sale.KEY.fullmatch(key):
        raise BadRequestError
    said = counter.fields.get("said", "")
    try:
        typed = till_sale.read_typed(counter.fields)
        result = counter.do(typed, counter.sale(key, typed))
        return counter.result(result, retry=result.outcome == "refused")
    except FieldError as error:
        if error.field == "said":
            return counter.start(said, error.message)
        return found(counter, said, errors={error.field: error.message}, key=key)
    except OtherRequestError:
        return counter.result(
            till_sale.refused(_("This form has been sent before with something else in it. Begin again."))
        )


def queued(counter: Counter, item: Any) -> dict[str, str]:
    """Do one sale of a queue; what cannot be read comes back as refused and blocks nothing."""
    key = str(item.get("key", "")) if isinstance(item, dict) else ""
    if not till_sale.KEY.fullmatch(key):
        return {"key": key[:64], **_answer(till_sale.refused(_("This entry cannot be read.")))}
    try:
        fields = {name: forms.clean(str(value)) for name, value in item.items() if name not in ("key", "at")}
        typed = till_sale.read_typed(fields)
        on = till_sale.day_of(counter.site.programme, item.get("at"), counter.now)
        result = counter.do(typed, counter.sale(key, typed, on, till_sale.operator_of(fields)))
    except FieldError as error:
        result = till_sale.refused(error.message)
    except OtherRequestError:
        result = till_sale.refused(
            _("This form has been sent before with something else in it. Begin again.")
        )
    except BadRequestError as error:
        result = till_sale.refused(error.message)
    return {"key": key, **_answer(result)}


def _answer(result: TillResult) -> dict[str, str]:
    return {"outcome": result.outcome, "word": result.word, "sentence": result.sentence}


def _queue(counter: Counter) -> Any:
    """Take the sales that a till kept while it had no network.

    Stops where the device asks too often; what is left out of the answer comes again.
    """
    site = counter.site
    # Bottle's own reader of headers raises where a byte of it is no UTF-8.
    given = str(request.environ.get("HTTP_X_CSRF_TOKEN") or "")
    site.form_tokens.check_session(given, counter.session)
    items = forms.json_object(request, QUEUE)["items"]
    results = []
    for item in items:
        if not counter.may_ask():
            break
        results.append(queued(counter, item))
    if items and not results:
        raise TooManyRequestsError(30)
    body = json.dumps({"results": results}, ensure_ascii=False).encode()
    return HTTPResponse(body, headers={"Content-Type": "application/json; charset=utf-8"})
