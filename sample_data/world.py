"""The whole shop, built once: people, lives, documents, and every table made from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clientela.sample_data import (
    answers,
    billing,
    campaigns,
    loyalty_card,
    outreach,
    permission,
    programme,
    service,
)
from clientela.sample_data import files_of_the_till as files
from clientela.sample_data import surroundings as around
from clientela.sample_data.chance import Chance
from clientela.sample_data.invitations import Invitation, invite, referral_rows
from clientela.sample_data.people import Person, christen
from clientela.sample_data.plan import cast
from clientela.sample_data.recall import Call, recall
from clientela.sample_data.receipts import Receipt
from clientela.sample_data.register import customer_rows
from clientela.sample_data.rhythm import Life
from clientela.sample_data.till import Till, ring_up

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class World:
    """Everything that is true in this shop."""

    people: list[Person]
    lives: dict[str, Life]
    calls: list[Call]
    invitations: list[Invitation]
    till: Till
    documents: dict[str, list[Receipt]]
    """Each buyer's documents, oldest first."""


def build() -> World:
    """Build the shop; always the same one."""
    newcomers = cast()
    people = christen(newcomers)
    born = {person.customer_id: one.life for person, one in zip(people, newcomers, strict=True)}
    lives, calls = recall(people, born)
    invitations = invite(people, lives)
    till = ring_up(people, lives)
    documents: dict[str, list[Receipt]] = {}
    for receipt in till.receipts:
        if receipt.person:
            documents.setdefault(receipt.person.customer_id, []).append(receipt)
    _mark_first_orders(invitations, documents)
    _mark_gifts(till)
    return World(people, lives, calls, invitations, till, documents)


def _mark_first_orders(invitations: list[Invitation], documents: dict[str, list[Receipt]]) -> None:
    """Write the friend's code on half of the first receipts of referred people."""
    chance = Chance("codes at the till")
    for one in invitations:
        bought = documents.get(one.friend.customer_id)
        if one.generation and bought and chance.happens(0.5):
            bought[0].referral_code = one.code


def _mark_gifts(till: Till) -> None:
    """Let some Christmas baskets go to somebody else, who leaves an address for the delivery."""
    chance = Chance("gifts")
    for number, receipt in enumerate(till.receipts):
        basket = any(line.product.category == "Cesti e regali" for line in receipt.lines)
        if (
            basket
            and receipt.person
            and receipt.at.month == 12
            and receipt.gross > 0
            and chance.happens(0.05)
        ):
            receipt.recipient = f"dono.{number}@example.org"


def tables(world: World) -> dict[str, Rows]:
    """Return every table of the shop, by the name of its file."""
    people, lives, documents = world.people, world.lives, world.documents
    targets = around.target_rows()
    consents, newsletter = permission.consent_rows(people, documents)
    toxic = [person.customer_id for person in people if person.role.startswith("toxic")]
    referrals = referral_rows(world.invitations, first_orders(world))
    links = programme.link_rows(people, lives, world.invitations)
    return {
        "orders": [files.order_row(receipt) for receipt in world.till.receipts],
        "order_lines": files.line_rows(world.till.receipts),
        "customers": customer_rows(people, lives, world.invitations, world.calls),
        "touchpoints": outreach.touch_rows(people, lives, newsletter, world.calls, targets),
        "campaigns": campaigns.campaign_rows(),
        "channel_stats": campaigns.channel_rows(_new_buyers(world)),
        "payments": billing.payment_rows(world.till.receipts),
        "surveys": answers.survey_rows(people, lives),
        "interactions": service.interaction_rows(people, lives),
        "consents": consents,
        "referrals": referrals,
        "referral_links": links,
        "referral_clicks": programme.click_rows(links, referrals),
        "referral_rewards": programme.reward_rows(referrals),
        "loyalty_events": loyalty_card.loyalty_rows(people, documents),
        "coupons": loyalty_card.coupon_rows(people, lives, documents),
        "effort_log": campaigns.effort_rows(toxic),
        "promises": around.promise_rows(people, lives),
        "competitors": around.competitor_rows(),
        "targets": targets,
    }


def first_orders(world: World) -> dict[str, tuple[str, datetime]]:
    """Return the number and the moment of each buyer's first document, by their id."""
    return {one: (bought[0].order_id, bought[0].at) for one, bought in world.documents.items()}


def _new_buyers(world: World) -> dict[tuple[str, str], int]:
    """Count first purchases per month and channel, referred people under referral."""
    referred = {one.friend.customer_id for one in world.invitations if one.generation}
    counts: dict[tuple[str, str], int] = {}
    for person in world.people:
        days: tuple[date, ...] = world.lives[person.customer_id].days
        if days:
            channel = "referral" if person.customer_id in referred else person.source
            key = (f"{days[0]:%Y-%m}", channel)
            counts[key] = counts.get(key, 0) + 1
    return counts
