"""What the numbers of the ladder mean, one sentence each; a sentence without its numbers is not said."""

from __future__ import annotations

from clientela.i18n import gettext as _
from clientela.reports.pages.purchase_ladder.figures import SURE, Measures
from clientela.reports.pages.purchase_ladder.words import points
from clientela.templates.filters import count, share


def sentences(known: Measures) -> list[str]:
    """Return the findings: the alarm first, then the coupon, the fourth purchase."""
    said = (_imbalance(known), _coupon(known), _fourth(known))
    return [text for text in said if text]


def _imbalance(known: Measures) -> str:
    """Warn when more people come and no more of them return."""
    change = known["new_change"].value
    now, before = known["last_12m.step1.within_90d"].value, known["year_before.step1.within_90d"].value
    if not known["is_imbalanced"].value or change is None or now is None or before is None:
        return ""
    return _(
        "Careful: new people are up by {change}, and they do not return more ({now} within 90 days, it was "
        "{before}). Mend the second purchase first, then pay to bring more."
    ).format(change=share(change), now=share(now), before=share(before))


def _coupon(known: Measures) -> str:
    """Compare those with and without a coupon, the doubt in words."""
    held, bare = known["coupon.with.within_90d"], known["coupon.without.within_90d"]
    apart, chance = known["coupon.difference_90d"], known["coupon.log_rank_p"].value
    if held.reason == "no_coupons":
        return _("Does a coupon bring people back? It takes coupons.csv to tell: who got one, and when.")
    if held.value is None or bare.value is None or apart.value is None:
        return _(
            "Does a coupon bring people back? Too few to tell: {held} with a coupon, {bare} without."
        ).format(held=count(held.n), bare=count(bare.n))
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


def _fourth(known: Measures) -> str:
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
