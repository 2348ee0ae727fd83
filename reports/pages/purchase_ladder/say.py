"""What the page of the purchase ladder says; a sentence without its numbers is not said."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.deeds import Deed
from clientela.reports.pages.purchase_ladder.figures import STEPS, SURE, Coupon, Ladder
from clientela.reports.section import Figure
from clientela.reports.words import OFFER, ORIGIN
from clientela.templates.filters import count, decimal, money, share, share_in_column
from clientela.terms import word_for
from clientela.warehouse.measures.readings import Reading

STEP: Final = {1: lazy("1st → 2nd"), 2: lazy("2nd → 3rd"), 3: lazy("3rd → 4th"), 4: lazy("4th → 5th")}
ORDINAL: Final = {1: lazy("first"), 2: lazy("second"), 3: lazy("third"), 4: lazy("fourth")}

CAUSE: Final = ORIGIN | {
    "referral": lazy("sent by somebody"),
    "campaign": lazy("advertising or campaign"),
    "discount": lazy("discount"),
    "search": lazy("search or website"),
    "unknown": lazy("nobody knows"),
}
"""What brought somebody; several origins are one cause, which is worded wider."""

CHANNEL: Final = {
    "shop": lazy("in the shop"),
    "store": lazy("in the shop"),
    "web": lazy("on the website"),
    "online": lazy("on the website"),
    "phone": lazy("by phone"),
    "other": lazy("elsewhere"),
    "unknown": lazy("nobody knows"),
}


def heading(known: Ladder, currency: str) -> str:
    """Say at which step most is lost."""
    if not known["payers"].value:
        return _("The ladder begins with the first purchase that has a name")
    if not known["step1.people"].value:
        return _("Everybody was there when the files begin: nobody is known to be new")
    worst = max(
        STEPS,
        key=lambda step: (
            known[f"step{step}.leak_12m"].value or 0,
            known[f"step{step}.lost_12m"].value or 0,
            -step,
        ),
    )
    lost = round(known[f"step{worst}.lost_12m"].value or 0)
    if not lost:
        return _("Nobody has stopped on the ladder in the last 12 months")
    text = ngettext(
        "In 12 months {n} person stopped at the {nth} purchase",
        "In 12 months {n} people stopped at the {nth} purchase",
        lost,
    ).format(n=count(lost), nth=ordinal(worst))
    value = known[f"step{worst}.value_12m"].value
    if value is None:
        return text
    more = _("those who go on spend {sum} a year").format(sum=money(round(value), currency))
    return f"{text}: {more}"


def bars_title(known: Ladder, period: str) -> str:
    """Say how many go on from the first purchase, and how it was a year before."""
    now, before = known.within(1, period), known["year_before.step1.within_90d"]
    if now.value is None:
        return _("How many go on to the next purchase within 90 days")
    if before.value is None or period != "last_12m":
        return _("Within 90 days {share} make a second purchase").format(share=share(now.value))
    return _("Within 90 days {share} make a second purchase; the year before {before}").format(
        share=share(now.value), before=share(before.value)
    )


def curves_title(known: Ladder) -> str:
    """Say how many of this quarter's new people are back within a month, and of last year's."""
    now, before = known["quarter.within_30d"], known["quarter_year_ago.within_30d"]
    if now.value is None:
        return _("How soon new people come back")
    text = _("Of this quarter's new people {share} are back within 30 days").format(share=share(now.value))
    if before.value is None:
        return text
    text += "; " + _("a year ago {share}").format(share=share(before.value))
    if _differ(now, before):
        return text
    return text + ": " + _("a difference that chance can make")


def _differ(now: Reading, before: Reading) -> bool:
    """Tell whether two intervals lie apart."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return False
    return now.low > before.high or before.low > now.high


def sentences(known: Ladder) -> list[str]:
    """Return the findings: the alarm first, then the coupon, the fourth purchase."""
    said = (_imbalance(known), _coupon(known), _fourth(known))
    return [text for text in said if text]


def _imbalance(known: Ladder) -> str:
    """Warn when more people come and no more of them return."""
    change = known["new_change"].value
    now, before = known["last_12m.step1.within_90d"].value, known["year_before.step1.within_90d"].value
    if not known["is_imbalanced"].value or change is None or now is None or before is None:
        return ""
    return _(
        "Careful: new people are up by {change}, and they do not return more ({now} within 90 days, it was "
        "{before}). Mend the second purchase first, then pay to bring more."
    ).format(change=share(change), now=share(now), before=share(before))


def _coupon(known: Ladder) -> str:
    """Compare those with and without a coupon, the doubt in words."""
    held, bare = known["coupon.with.within_90d"], known["coupon.without.within_90d"]
    apart, chance = known["coupon.difference_90d"], known["coupon.log_rank_p"].value
    if held.reason == "no_coupons":
        return _("Does a coupon bring people back? Needs coupons.csv to tell: who got one, and when.")
    if held.value is None or bare.value is None or apart.value is None:
        return _(
            "Does a coupon bring people back? Too few to tell: {held} with a coupon, {bare} without."
        ).format(held=count(held.n or 0), bare=count(bare.n or 0))
    text = _(
        "With a coupon from the first purchase {held} are back within 90 days, without one {bare}"
    ).format(held=share(held.value), bare=share(bare.value))
    low, high = apart.low or 0.0, apart.high or 0.0
    if low <= 0 <= high or chance is None or chance >= SURE:
        doubt = _("between {low} points fewer and {high} more: too little to tell").format(
            low=points(min(low, 0)), high=points(max(high, 0))
        )
    elif low > 0:
        doubt = _("{n} points more, between {low} and {high}: more than chance makes").format(
            n=points(apart.value), low=points(low), high=points(high)
        )
    else:
        doubt = _("{n} points fewer, between {low} and {high}: more than chance makes").format(
            n=points(apart.value), low=points(high), high=points(low)
        )
    proof = _("It is proof if chance decided who got one, else a hint.")
    return f"{text}: {doubt}. {proof}"


def _fourth(known: Ladder) -> str:
    """Say what the fourth purchase is worth against the first."""
    first, fourth = known["step1.within_90d"].value, known["step4.within_90d"].value
    apart = known["fourth_against_first.difference_90d"]
    if first is None or fourth is None or apart.value is None:
        return ""
    low, high = apart.low or 0.0, apart.high or 0.0
    text = _(
        "Since the start, after the fourth purchase {fourth} return within 90 days, after the first {first}"
    ).format(fourth=share(fourth), first=share(first))
    if low > 0:
        meaning = _("whoever comes to the fourth stays")
    elif high < 0:
        meaning = _("here the fourth purchase does not hold them")
    else:
        meaning = _("too little to tell them apart")
    return f"{text}: {meaning}."


def step_name(step: int) -> str:
    """Return the name of a step: from which purchase to which."""
    return _(STEP[step])


def ordinal(step: int) -> str:
    """Return ``first`` to ``fourth``."""
    return _(ORDINAL[step])


def member(kind: str, code: str) -> str:
    """Return the name of a group: a year as it is, a cause or a channel in words."""
    if kind == "cohort":
        return code
    return word_for(CAUSE if kind == "cause" else CHANNEL, code)


def offer(coupon: Coupon, currency: str) -> str:
    """Say what a coupon gives: ``discount €5``."""
    name = word_for(OFFER, coupon.offer_type) or _("coupon")
    if not coupon.value:
        return name
    value_type = (coupon.value_type or "").lower()
    if value_type in ("percent", "percentage", "%", "percentuale"):
        return f"{name} {share(coupon.value / 100)}"
    if value_type in ("points", "punti"):
        return f"{name} {count(coupon.value)}"
    return f"{name} {money(coupon.value, currency)}"


def points(difference: float) -> str:
    """Write a difference of shares in points, without its sign: ``14.7``."""
    return decimal(abs(round(100 * difference, 1)))


def between(low: float | None, high: float | None) -> str:
    """Write an interval of shares; nothing where there is none."""
    return f"{share_in_column(low)} – {share_in_column(high)}" if low is not None and high is not None else ""


def deeds(known: Ladder) -> list[Deed]:
    """Choose what to do this week; what concerns nobody is left out."""
    none = Figure("ladder.action.worth", None, "eur")
    possible = [
        Deed(
            _("Remind them of the coupon that ends within seven days: one line, before the day."),
            known.figure("coupons_due_7d.people"),
            none,
            _("Coupons about to end"),
            "ladder-coupons",
        ),
        Deed(
            _("Call or write to those whose time ends within seven days."),
            known.figure("in_window.ending_7d"),
            known.figure("in_window.ending_7d.revenue_12m"),
            _("Still in time"),
            "ladder-waiting",
        ),
    ]
    days = known["step1.typical_days"].value
    if days:
        text = _(
            "Give every new customer a reason to return within {n} days: half of those who return do it "
            "by then."
        )
        possible.append(
            Deed(
                text.format(n=count(days)),
                known.figure("quarter.new"),
                none,
                _("New people of the last 3 months"),
                "purchase-ladder",
            )
        )
    return [deed for deed in possible if deed.people.value]
