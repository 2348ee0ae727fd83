"""The words with which a fan passes the link on, and the rules of the programme, in plain sentences."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.templates import promise
from clientela.templates.filters import harmless

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme

SMS_SIGNS: Final = 160
"""One SMS, if every sign is of the GSM alphabet."""

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE: Final = frozenset("^{}\\[~]|€")
"""Signs that take the room of two (3GPP TS 23.038)."""

PLAIN: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "È": "E'"}
)


@dataclass(frozen=True)
class Share:
    """What stands on the fan's page to pass on."""

    text: str
    """The words with the link, to copy."""

    link: str
    whatsapp: str
    mail: str
    sms: str
    picture: str
    """Address of the QR code."""

    card: str
    """Address of the card to print."""


def terms(programme: Programme, *, is_firm: bool = False) -> list[str]:
    """Return the rules that a fan should know, one sentence each."""
    shop, told = harmless(programme.shop_name), []
    told.append(
        ngettext(
            "It counts if your friend buys within {days} day of saving it, or says your code at the till.",
            "It counts if your friend buys within {days} days of saving it, or says your code at the till.",
            programme.window_days,
        ).format(days=programme.window_days)
    )
    told.append(
        _("It does not count for who is a customer of {shop} already, nor for yourself.").format(shop=shop)
    )
    if programme.reward_cents:
        told += _reward_terms(programme)
    told.append(
        _("Your friends see your business's name, nothing else.")
        if is_firm
        else _("Your friends see your first name and the initial of your surname, nothing else.")
    )
    told.append(_("This is an offer of {shop}: for any question, ask there.").format(shop=shop))
    return told


def _reward_terms(programme: Programme) -> list[str]:
    """Return when a reward is due, and when not."""
    told = []
    if programme.reward_on_purchase > 1:
        told.append(
            _("Your reward comes with your friend's purchase number {n}.").format(
                n=programme.reward_on_purchase
            )
        )
    if programme.min_purchase_cents:
        told.append(
            _("The purchase has to be of {amount} at least.").format(
                amount=promise.amount(programme, programme.min_purchase_cents)
            )
        )
    if programme.hold_days:
        told.append(
            ngettext(
                "The reward waits {days} day: if the goods come back, it is cancelled.",
                "The reward waits {days} days: if the goods come back, it is cancelled.",
                programme.hold_days,
            ).format(days=programme.hold_days)
        )
    if programme.cap_per_month:
        told.append(
            ngettext(
                "{number} reward a month at most.",
                "{number} rewards a month at most.",
                programme.cap_per_month,
            ).format(number=programme.cap_per_month)
        )
    return told


def share(programme: Programme, code: str, page: str) -> Share:
    """Return the texts that pass a link on, each with the letter of its way in the link.

    Args:
        programme: whose link it is.
        code: the link's code.
        page: path of the fan's page.

    Raises:
        NoAddressError: while the settings do not say the address of the pages.
    """
    shop = harmless(programme.shop_name)
    subject = _("An idea for you: {shop}").format(shop=shop)
    message = quote(text(programme, programme.link_url(code, "w")), safe="")
    body = quote(text(programme, programme.link_url(code, "m")), safe="")
    short = quote(sms(programme, programme.link_url(code, "s")), safe="")
    return Share(
        text=text(programme, programme.link_url(code)),
        link=programme.link_url(code),
        whatsapp=f"https://wa.me/?text={message}",
        mail=f"mailto:?subject={quote(subject, safe='')}&body={body}",
        sms=f"sms:?&body={short}",
        picture=f"{page}/qr.svg",
        card=f"{page}/card.pdf",
    )


def text(programme: Programme, link: str) -> str:
    """Return the words that go with a link by WhatsApp or e-mail."""
    shop, given = harmless(programme.shop_name), promise.in_a_sentence(programme)
    words = (
        _("Hi! I like going to {shop}. If you drop by, this is for you: {offer}.").format(
            shop=shop, offer=given
        )
        if given
        else _("Hi! I like going to {shop}. If you drop by, tell them I sent you.").format(shop=shop)
    )
    return f"{words}\n{link}"


def sms(programme: Programme, link: str) -> str:
    """Return the words for one SMS: at most 160 signs of the GSM alphabet unless the link alone is longer."""
    shop, given = harmless(programme.shop_name), promise.in_a_sentence(programme)
    forms = (
        [
            _("Hi! I like {shop}. I sent you this: {offer}. {link}"),
            _("Hi! I like {shop}, and there is something for you: {link}"),
            _("There is something for you: {link}"),
        ]
        if given
        else [_("Hi! I like {shop}. Tell them I sent you: {link}"), _("Tell them I sent you: {link}")]
    )
    told = (gsm(form.format(shop=shop, offer=given, link=link)) for form in forms)
    return next((each for each in told if gsm_length(each) <= SMS_SIGNS), link)


def gsm(words: str) -> str:
    """Return a text in the signs of the GSM alphabet; accents that it lacks and pictures are left out."""
    found = []
    for sign in words.translate(PLAIN):
        if sign in GSM or sign in GSM_TWICE:
            found.append(sign)
            continue
        plain = unicodedata.normalize("NFKD", sign)
        found.append("".join(each for each in plain if each in GSM))
    return " ".join("".join(found).split())


def gsm_length(words: str) -> int:
    """Return the room that a text of GSM signs takes in an SMS."""
    return len(words) + sum(sign in GSM_TWICE for sign in words)
