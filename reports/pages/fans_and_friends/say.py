"""The sentences of the page of fans and friends: each says a number and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import hypot

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.deeds import Deed, deed
from clientela.reports.pages.fans_and_friends.fans import HIDDEN, Month, Owed, Part, Promise
from clientela.reports.pages.fans_and_friends.friends import Generation, Group, Growth
from clientela.reports.section import Figure
from clientela.templates.filters import count, money, month_name, share, signed
from clientela.terms import category_name

ACTIONS = 3


def heading(fans: int, senders: int, arrived: int) -> str:
    """Say whether those who love the shop bring others."""
    if not fans:
        return _("No fans yet: first they come back, then they bring others")
    have = ngettext("One fan", "{n} fans", fans).format(n=count(fans))
    if not arrived:
        return _("{fans}, and nobody has brought a friend yet").format(fans=have)
    if not senders:
        return _("{fans}, and none of them has brought a buyer yet").format(fans=have)
    return ngettext(
        "{fans}, {n} has brought somebody who buys", "{fans}, {n} have brought somebody who buys", senders
    ).format(fans=have, n=count(senders))


def context(
    since: date | None,
    steps: Mapping[str, Figure],
    generations: Sequence[Generation],
    currency: str,
) -> str:
    """Say since when friends come, how many, and what they bring."""
    arrived, bought = int(steps["arrived"].value or 0), int(steps["bought"].value or 0)
    if not arrived or not generations or since is None:
        return _("Fans are the best of those who come back; friends are the people whom they send you.")
    came = ngettext(
        "Since {month}, {n} friend has arrived", "Since {month}, {n} friends have arrived", arrived
    ).format(month=month_name(since), n=count(arrived))
    return ngettext(
        "{came}, {n} has bought. Their sales of the last 12 months: {sum}.",
        "{came}, {n} have bought. Their sales of the last 12 months: {sum}.",
        bought,
    ).format(came=came, n=count(bought), sum=money(round(generations[-1].figures[3].value or 0), currency))


def no_sales() -> str:
    """Say what fills the curve."""
    return _("orders.csv with a name on each receipt shows how much the best customers weigh.")


def few_customers(people: int) -> str:
    """Say that a curve of so few would say nothing."""
    return _("How much the best customers weigh: too little to tell (n = {n})").format(n=count(people))


def concentration(people: int, sales: float) -> str:
    """Say what the best fifth brings."""
    return _("The best {people} of your customers, {n}, bring {sales} of sales").format(
        people=share(0.2), n=count(people), sales=share(round(sales, 2))
    )


def steps_finding(steps: Mapping[str, Figure]) -> str:
    """Say how many friends become customers."""
    arrived, bought, customers = (int(steps[name].value or 0) for name in ("arrived", "bought", "customers"))
    if arrived:
        return ngettext(
            "Of {all} friend, {n} has bought and {back} has come back",
            "Of {all} friends, {n} have bought and {back} have come back",
            arrived,
        ).format(all=count(arrived), n=count(bought), back=count(customers))
    if steps["links"].value:
        return _("The links are out; no friend has arrived yet")
    return _(
        "Nobody has arrived through a friend yet: clientela referral invite gives your fans a link; "
        "referrals.csv, who sent whom, fills this too."
    )


def answers(months: Sequence[Month]) -> str:
    """Say how many would recommend the shop, with the doubt."""
    said = [month for month in months if month.answers >= HIDDEN]
    if not months:
        return _("surveys.csv, answers from 0 to 10, shows who would recommend you.")
    if not said:
        return _("Would they recommend you? Too few answers to tell")
    last = said[-1]
    text = _("Would they recommend you? {score} in {month}, between {low} and {high}")
    now = text.format(
        score=_points(last.nps), month=month_name(last.month), low=_points(last.low), high=_points(last.high)
    )
    if len(said) < 2:
        return now
    return f"{now}: {_change(said[-2], last)}"


def _points(value: float) -> str:
    return signed(value) if round(value) else "0"


def _change(before: Month, now: Month) -> str:
    """Say whether the score moved: verdict at |z| of 1.96 or more."""
    z = (now.nps - before.nps) / (hypot(_error(before), _error(now)) or 1)
    month = month_name(before.month)
    if abs(z) < 1.96:
        return _("no certain change since {month}").format(month=month)
    return (_("better than in {month}") if z > 0 else _("worse than in {month}")).format(month=month)


def _error(month: Month) -> float:
    """Return the standard error of a score, in points."""
    p, d = month.promoters / month.answers, month.detractors / month.answers
    return 100 * float(((p + d - (p - d) ** 2) / month.answers) ** 0.5)


def comparison(groups: Sequence[Group], currency: str) -> str:
    """Say whether referred people spend more in their first year than the others."""
    by_origin = {group.origin: group for group in groups}
    ours, others = by_origin.get("referred"), by_origin.get("others")
    if ours is None or others is None:
        return ""
    if ours.value.value is None or others.value.value is None:
        return _("Whether friends are worth more than the others: too little to tell (n = {n})").format(
            n=count(ours.value.n or 0)
        )
    mine, theirs = Decimal(str(ours.value.value)), Decimal(str(others.value.value))
    return _("In their first year friends spend {mine}, the others {theirs}: {verdict}").format(
        mine=money(round(mine), currency),
        theirs=money(round(theirs), currency),
        verdict=_verdict(ours, others),
    )


def _verdict(ours: Group, others: Group) -> str:
    difference = float(ours.value.value or 0) - float(others.value.value or 0)
    doubt = hypot(_half(ours), _half(others))
    if abs(difference) < doubt:
        return _("the difference may be chance")
    return _("more, and not by chance") if difference > 0 else _("less, and not by chance")


def _half(group: Group) -> float:
    """Return half the width of a value's interval."""
    return float((group.high or Decimal(0)) - (group.low or Decimal(0))) / 2


def brought(generations: Sequence[Generation], currency: str) -> str:
    """Say what friends leave after the rewards."""
    if not generations:
        return ""
    margin, net = generations[-1].figures[4].value, generations[-1].figures[6].value or 0
    if margin is None:
        text = _("What friends brought in 12 months: {sum} of sales, rewards taken off")
    else:
        text = _("What friends brought in 12 months: {sum} of margin, rewards taken off")
    return text.format(sum=money(round(Decimal(str(net))), currency))


def sentences(
    groups: Sequence[Group], new: Figure | None, found: Growth | None, parts: Sequence[Part]
) -> list[str]:
    """Say how much of the growth comes from friends, and who takes part."""
    told = [growth(found)]
    if new is not None and new.value is not None and not new.is_too_few:
        sent = next(group.people.value for group in groups if group.origin == "referred") or 0
        told.insert(
            0,
            _("New customers since then: {all}, of whom a friend sent {n} ({share}).").format(
                all=count(new.n or 0), n=count(sent), share=share(round(float(new.value), 2))
            ),
        )
    if any(part.people.value for part in parts):
        who = {part.category: part for part in parts}
        told.append(
            _(
                "Who takes part: {fans} of {all_fans} fans and {regulars} of {all_regulars} customers "
                "have sent somebody."
            ).format(
                fans=count(who["fan"].brought.value or 0),
                all_fans=count(who["fan"].people.value or 0),
                regulars=count(who["customer"].brought.value or 0),
                all_regulars=count(who["customer"].people.value or 0),
            )
        )
    return [sentence for sentence in told if sentence]


def growth(found: Growth | None) -> str:
    """Say how many newcomers a hundred newcomers bring."""
    if found is None:
        return ""
    if found.k.value is None:
        return _("How many each newcomer brings in turn: too little to tell (n = {n})").format(
            n=count(found.k.n or 0)
        )
    brought = round(100 * float(found.k.value))
    low, high = round(100 * found.low), round(100 * found.high)
    text = _(
        "A hundred new customers bring {n} more in their first year (between {low} and {high}; "
        "watched: {people})."
    ).format(n=count(brought), low=count(low), high=count(high), people=count(found.k.n or 0))
    if found.multiplier.value is None or not brought:
        return text
    return (
        text
        + " "
        + _("With the friends of friends, a hundred become {n}.").format(
            n=count(100 * float(found.multiplier.value))
        )
    )


def deeds(
    owed: Owed, waiting: int, promises: Sequence[Promise], without_link: Figure | None, worth: Decimal
) -> list[Deed]:
    """Return what to do, promises first, at most three; ``worth`` is what fans without a link spend."""
    here, hurt = (_("Promises to keep"), "promises"), [each for each in promises if each.reason != "reward"]
    reward = ngettext(
        "Give the reward that you owe, today: a promise kept is the next friend.",
        "Give the rewards that you owe, today: a promise kept is the next friend.",
        owed.people,
    )
    call = ngettext(
        "Call the person who used to recommend you and is no longer happy.",
        "Call those who used to recommend you and are no longer happy.",
        len(hurt),
    )
    lost = sum((promise.revenue_12m for promise in hurt), Decimal(0))
    give = _("Give a link to the fans who have none, from the top of the list.")
    bare = without_link.value if without_link else 0
    welcome = _("Welcome the friends who are waiting, in the name of who sent them.")
    possible = [
        deed("friends.deed.rewards", reward, owed.people, owed.amount, here),
        deed("friends.deed.hurt", call, len(hurt), lost, here),
        deed("friends.deed.links", give, float(bare or 0), worth, (category_name("fan"), "fan")),
        deed("friends.deed.welcome", welcome, waiting, Decimal(0), (category_name("referral"), "referral")),
    ]
    return [each for each in possible if each.people.value][:ACTIONS]
