"""What the owner's page says in words: a finding on top, why a claim was flagged, what has just been done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.referral_server.routes.staff import euro

if TYPE_CHECKING:
    from clientela.loyalty.pages.owner import Funnel
    from clientela.loyalty.pages.owner_waiting import Due, Suspicion
    from clientela.referral_server.routes.owner_disputes import Said
    from clientela.referral_server.site import Site

DONE: Final = {
    "cleared": (True, N_("Noted: it is fine. The reward goes on.")),
    "confirmed": (True, N_("Refused: the claim does not count and nothing is paid for it.")),
    "given": (True, N_("Noted: the reward has been handed over.")),
    "not-given": (False, N_("This reward had been handed over, spent or cancelled already.")),
    "refused": (True, N_("The reward is refused.")),
    "not-refused": (False, N_("This reward had been spent already.")),
    "assigned": (True, N_("The friend belongs to the fan you chose.")),
    "outranked": (
        False,
        N_(
            "Noted, but the friend showed the coupon or code of another fan, and that comes first: see below."
        ),
    ),
    "withdrawn": (True, N_("That word does not count any more; the next one takes its place.")),
    "link-disabled": (True, N_("The link is closed.")),
    "link-replaced": (True, N_("The old link is closed and there is a new one.")),
}
"""What an action leaves on top of the page: whether it worked, and the sentence."""

RULES: Final = {
    "same_contact": N_("The friend's phone or e-mail is the fan's own."),
    "known_customer": N_("The friend's phone or e-mail belongs to somebody who brings friends already."),
    "cycle": N_("These two bring each other: each is named as the other's friend."),
    "operator_share": N_("One operator entered more than 3 in 10 of the till's friends of the last 30 days."),
    "many_leads": N_("More than five friends saved a discount within an hour on this link."),
    "quick_use": N_("The discount was used within ten minutes of being saved, and no code was said."),
    "same_receipt": N_("The same receipt stands for more than one friend."),
    "similar_contact": N_(
        "The friend's phone or e-mail reads like the fan's own: the two may be one person."
    ),
    "similar_customer": N_(
        "The friend's phone or e-mail reads like that of somebody who was a customer before."
    ),
    "similar_friend": N_("A friend with a phone or e-mail that reads the same was here before."),
    "similar_fan": N_("Two fans may be one person: together they have more rewards than a month gives."),
    "similar_before": N_(
        "The friend's phone or e-mail reads like another's. The reward was granted before: it stays as it is."
    ),
    "household": N_("Friend and fan share surname and address: they may be one household."),
}

METHODS: Final = {
    "link": N_("by the link"),
    "code": N_("by the spoken code"),
    "coupon": N_("with the coupon"),
    "phone": N_("by phone number"),
    "email": N_("by e-mail"),
    "name": N_("by name, at the till"),
    "owner": N_("by your decision"),
}

STATES: Final = {
    "open": N_("does not count so far"),
    "bought": N_("counts"),
    "rejected": N_("turned down"),
    "superseded": N_("does not count"),
    "withdrawn": N_("cancelled"),
}

REASONS: Final = {
    "came_later": N_("Somebody else came first."),
    "other_referrer": N_("Somebody else came first."),
    "owner": N_("By your decision."),
    "code_presented": N_(
        "The friend showed another fan's coupon or code: that comes before everything else."
    ),
    "better_proof": N_("Another fan's word is better proven: by the friend's own click, or at the till."),
    "existing_customer": N_("The friend was a customer already."),
    "out_of_window": N_("The purchase came too late for it."),
    "late_claim": N_("It was entered after the purchase."),
    "self": N_("Friend and fan are the same person."),
    "circle": N_("These two bring each other."),
}
"""Why a claim does not count, by the reason noted with it."""


def done_words(word: str) -> tuple[bool, str] | None:
    """Return what has just been done, for the word in the page's address; None for any other word."""
    found = DONE.get(word)
    return (found[0], _(found[1])) if found else None


def method(name: str) -> str:
    """Return how a friend came, in words."""
    return _(METHODS.get(name, name))


def state(said: Said) -> str:
    """Return where a claim stands, in words, with the reason where there is one."""
    words = _(STATES.get(said.state, said.state))
    reason = RULES.get(said.state_reason or "") or REASONS.get(said.state_reason or "")
    return f"{words}. {_(reason)}" if reason else f"{words}."


def held_words(due: Due) -> str:
    """Return why a reward waits."""
    if due.open_flags:
        return _("There is a doubt: see “To decide”.")
    if due.counts_on > due.earned_on:
        return _("It was entered after the purchase, so the wait counts from the entry.")
    return _("In case the goods come back.")


def flag_words(flag: Suspicion, noted: dict[str, Any]) -> list[str]:
    """Return why a claim was flagged, then the evidence, a sentence each."""
    rule = RULES.get(flag.rule)
    said = [_(rule) if rule else _("Rule “{rule}”.").format(rule=flag.rule)]
    if "entered" in noted:
        said.append(_("{own} of {entered} friends.").format(own=noted.get("own"), entered=noted["entered"]))
    if "friends" in noted:
        said.append(_("{n} friends in that hour.").format(n=noted["friends"]))
    return said


def leading_sentence(funnel: Funnel, site: Site) -> str:
    """Return the page's finding."""
    if not funnel.links:
        return _("Nobody has a link yet")
    if not funnel.buyers:
        return ngettext(
            "{n} friend has arrived, nobody has bought yet",
            "{n} friends have arrived, nobody has bought yet",
            funnel.friends,
        ).format(n=funnel.friends)
    if not funnel.revenue_cents:
        return ngettext("{n} friend has bought", "{n} friends have bought", funnel.buyers).format(
            n=funnel.buyers
        )
    return ngettext(
        "{n} friend has bought, for {amount}", "{n} friends have bought, for {amount}", funnel.buyers
    ).format(n=funnel.buyers, amount=euro(site, funnel.revenue_cents))
