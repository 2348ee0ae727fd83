"""Why there is no number: the words for every reason that the tables name by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy


@dataclass(frozen=True)
class Reason:
    """One reason; English, translated when printed."""

    sentence: str
    """Names the file that would fill the gap, where one would."""

    brief: str = ""
    """For the cell of a table where the number would stand; empty where none asks for it."""


REASONS: Final = {
    "burn_in": Reason(
        lazy(
            "Everybody was there when the files begin: nobody is known to be new. If the files go back to "
            "the first sale, write history_complete = true."
        ),
        lazy("nobody is known to be new"),
    ),
    "data_error": Reason(lazy("the file contradicts itself"), lazy("the file contradicts itself")),
    "few_at_risk": Reason(lazy("Too few are still waiting at that day to tell."), lazy("too few to tell")),
    "few_returns": Reason(lazy("Too few have come back to tell."), lazy("fewer than 30 returns")),
    "no_answers": Reason(lazy("Needs surveys.csv with answers from 0 to 10: would they recommend you?")),
    "no_companies": Reason(lazy("No company has bought in 12 months.")),
    "no_comparison": Reason(lazy("There is no comparison group: it is off, or too small.")),
    "no_consents": Reason(lazy("Needs consents.csv: who may be called or written to.")),
    "no_contacts": Reason(lazy("Nobody has left a phone or an e-mail yet.")),
    "no_costs": Reason(
        lazy("Needs what the goods cost: cost_amount in orders.csv, or cost in order_lines.csv.")
    ),
    "no_coupons": Reason(
        lazy("Needs coupons.csv: who got which coupon, until when."), lazy("it takes coupons.csv")
    ),
    "no_denominator": Reason(
        lazy("Needs channel_stats.csv: how many the channel reached."), lazy("nobody counted them")
    ),
    "no_discounts": Reason(lazy("Needs discount_amount or coupon_code in orders.csv.")),
    "no_end": Reason(lazy("Each buyer brings one or more: there is no end to count to.")),
    "no_error": Reason(
        lazy("“Same as last month” has never been wrong so far: there is nothing to compare with.")
    ),
    "no_history": Reason(
        lazy("Needs the report of the month before, to compare with: clientela report --month."),
        lazy("the history is too short"),
    ),
    "no_interactions": Reason(lazy("Needs interactions.csv: who complained, and when.")),
    "no_links": Reason(lazy("Needs the referral server, or referral_links.csv: who holds a link.")),
    "no_minutes": Reason(lazy("Needs the minutes in effort_log.csv, interactions.csv or touchpoints.csv.")),
    "no_notes": Reason(lazy("No outcome of a call has been noted yet.")),
    "no_people": Reason(lazy("Nobody has bought with a name yet."), lazy("nobody yet")),
    "no_referrals": Reason(lazy("Needs referrals.csv: who sent whom.")),
    "no_report": Reason(lazy("No report has written predictions down yet.")),
    "no_reports": Reason(
        lazy("Needs reports of three months ago or earlier, to see who has come back since.")
    ),
    "no_rewards": Reason(lazy("Needs the referral server, or referral_rewards.csv: what was promised.")),
    "no_sales": Reason(lazy("There are no sales with a name yet.")),
    "no_survey": Reason(lazy("Needs surveys.csv: what customers answer about where else they buy.")),
    "no_targets": Reason(lazy("Needs targets.csv: the people whom you would like as customers.")),
    "no_touchpoints": Reason(lazy("Needs touchpoints.csv: who was contacted, when and how.")),
    "no_unsubscribes": Reason(lazy("No message says that somebody unsubscribed: perhaps nobody notes it.")),
    "no_voices": Reason(lazy("Needs surveys.csv or interactions.csv: what people say of you.")),
    "no_year_ago": Reason(lazy("Needs the report of a year ago, to see what has become of people since.")),
    "nobody_left": Reason(lazy("Nobody was lost, so there is nothing to divide by.")),
    "not_enough_history": Reason(lazy("Needs 24 months of sales.")),
    "not_reached": Reason(
        lazy("More than half are still here at the end of what can be judged."),
        lazy("fewer than half return"),
    ),
    "too_early": Reason(lazy("Too early: too few predictions are settled.")),
    "too_few": Reason(lazy("Too few people to tell."), lazy("too few to tell")),
    "too_short": Reason(lazy("The history is still too short to tell.")),
    "trade_default": Reason(
        lazy("The trade's custom, until your own returns can tell."), lazy("usual in the trade")
    ),
}


def reason(code: str | None) -> str:
    """Say why there is no number, in a sentence; empty where there is one."""
    return _(REASONS[code].sentence) if code in REASONS else _spaced(code)


def brief_reason(code: str | None) -> str:
    """Say why there is no number in few words, for a cell; empty where there is one."""
    known = REASONS.get(code or "")
    return _(known.brief or known.sentence) if known else _spaced(code)


def _spaced(code: str | None) -> str:
    """Return a code that has no words yet, as readable as it gets."""
    return (code or "").replace("_", " ")
