"""What is planted in the files and no file says: written down so that statistics can be held against it."""

from __future__ import annotations

import json
from statistics import fmean

from clientela.sample_data import answers, invitations, outreach, plan, programme, recall, rhythm
from clientela.sample_data.chance import SEED
from clientela.sample_data.opening import LAST, OPENED
from clientela.sample_data.people import SHOP_EMAIL, Person
from clientela.sample_data.scripts import ODD_CASES
from clientela.sample_data.service import TOXIC
from clientela.sample_data.surroundings import TARGETS
from clientela.sample_data.world import World, first_orders

Truth = dict[str, object]


def truths_json(world: World) -> str:
    """Return ``truths.json``: one planted fact a key, people by their customer_id."""
    truths: Truth = {
        "about": "Planted truths of a fictional shop. No person, firm or town in these files exists.",
        "seed": SEED,
        "first_day": str(OPENED),
        "last_day": str(LAST),
        "second_purchase": _second_purchase(world),
        "lifetime": {
            "mean_days_from_second_purchase": rhythm.LIFETIME_DAYS,
            "clock": "days of the shop's own time, which over the three years equals the calendar",
        },
        "toxic": _toxic(world),
        "silent_best": _ids(world, "silent_best"),
        "connectors": _connectors(world),
        "referrals": _referrals(world),
        "referral_programme": _programme(world),
        "christmas_only": _ids(world, "christmas"),
        "call_list": _call_list(world),
        "survey": _survey(),
        "targets": {
            "listed": TARGETS,
            "written_to": outreach.TARGETS_TOUCHED,
            "letter_came_back": outreach.TARGETS_BOUNCED,
        },
        "identity": _identity(world),
        "odd_cases": _odd_cases(world),
        "left_on": {
            one: str(life.left_on)
            for one, life in world.lives.items()
            if life.left_on is not None and life.days
        },
    }
    return json.dumps(truths, ensure_ascii=False, indent=1) + "\n"


def _ids(world: World, role: str) -> list[str]:
    return [person.customer_id for person in world.people if person.role == role]


def _buyers(world: World) -> list[Person]:
    """Return every human being who ever bought, once each."""
    nothing_kept = ("only_", "registered_twice_second")
    return [
        person
        for person in world.people
        if world.lives[person.customer_id].days and not person.role.startswith(nothing_kept)
    ]


def _second_purchase(world: World) -> Truth:
    lives = [world.lives[person.customer_id] for person in _buyers(world)]
    drawn = [
        world.lives[person.customer_id]
        for person in world.people
        if person.role == "ordinary" and world.lives[person.customer_id].days[0] >= plan.COUPON_START
    ]

    def within_90(coupon: bool) -> float:
        return round(fmean(life.return_90 for life in drawn if life.coupon == coupon), 4)

    return {
        "people": len(lives),
        "within_90_days": round(fmean(life.return_90 for life in lives), 4),
        "ever_without_coupon": rhythm.RETURNS[False],
        "ever_with_coupon": rhythm.RETURNS[True],
        "coupon_by_lot_from": str(plan.COUPON_START),
        "drawn_with_coupon": sum(life.coupon for life in drawn),
        "drawn_without_coupon": sum(not life.coupon for life in drawn),
        "within_90_days_with_coupon": within_90(True),
        "within_90_days_without_coupon": within_90(False),
    }


def _toxic(world: World) -> Truth:
    found: Truth = {}
    for person in world.people:
        if person.role in TOXIC:
            unpaid = ["U"] if person.role.startswith("toxic_unpaid") else []
            found[person.customer_id] = {
                "why": person.role.removeprefix("toxic_").replace("_", " and "),
                "families": unpaid + list(TOXIC[person.role]),
            }
    return found


def _connectors(world: World) -> Truth:
    return {
        person.customer_id: [
            one.friend.customer_id
            for one in world.invitations
            if one.generation and one.referrer.customer_id == person.customer_id
        ]
        for person in world.people
        if person.role == "connector"
    }


def _referrals(world: World) -> Truth:
    good = [one for one in world.invitations if one.generation]
    bought = [one for one in good if world.lives[one.friend.customer_id].days]
    return {
        "share_planted": invitations.REFERRED_SHARE,
        "bought": len(bought),
        "waiting": len(good) - len(bought),
        "generations": max(one.generation for one in good),
        "edges": [
            f"{one.referrer.customer_id} > {one.friend.customer_id} ({one.generation})" for one in good
        ],
        "must_not_count": {
            one.fault: f"{one.referrer.customer_id} > {one.friend.customer_id}"
            for one in world.invitations
            if not one.generation
        },
    }


def _programme(world: World) -> Truth:
    claims = invitations.referral_rows(world.invitations, first_orders(world))
    links = programme.link_rows(world.people, world.lives, world.invitations)
    clicks = programme.click_rows(links, claims)
    rewards = programme.reward_rows(claims)
    senders = {one.referrer.customer_id for one in world.invitations}
    return {
        "links": len(links),
        "links_that_brought_nobody": sum(row["customer_id"] not in senders for row in links),
        "openings": sum(int(str(row["people"])) for row in clicks),
        "reward_cents": programme.REWARD_CENTS,
        "rewards": len(rewards),
        "owed": [str(row["reward_id"]) for row in rewards if row["state"] == "approved"],
    }


def _call_list(world: World) -> Truth:
    return {
        "comes_back_within_30_days_if_called": recall.COMES_BACK[True],
        "comes_back_within_30_days_if_not_called": recall.COMES_BACK[False],
        "called": [call.customer_id for call in world.calls if call.was_called],
        "left_alone": [call.customer_id for call in world.calls if not call.was_called],
        "came_back_on": {
            call.customer_id: str(call.came_back_on) for call in world.calls if call.came_back_on is not None
        },
        "asked_for_peace": [call.customer_id for call in world.calls if call.asked_for_peace],
    }


def _survey() -> Truth:
    shares = dict.fromkeys(("promoter", "passive", "detractor"), 0.0)
    for score, share in answers.SCORES.items():
        shares[answers.nps_class(score)] += share
    planted: Truth = {name: round(share, 4) for name, share in shares.items()}
    return planted | {"exclusive_among_those_asked": answers.EXCLUSIVE}


def _identity(world: World) -> Truth:
    phones: dict[str, list[str]] = {}
    for person in world.people:
        if person.phone:
            phones.setdefault(person.phone, []).append(person.customer_id)
    return {
        "shop_email": SHOP_EMAIL,
        "shop_email_joins_nobody": [one.customer_id for one in world.people if one.email == SHOP_EMAIL],
        "families_with_one_phone": [family for family in phones.values() if len(family) > 1],
        "one_person_two_rows_by_tax_code": _ids(world, "registered_twice")
        + _ids(world, "registered_twice_second_row"),
        "one_person_two_rows_only_proposed": _ids(world, "same_email_in_capitals")
        + _ids(world, "same_email_in_capitals_second_row"),
        "out_of_target": _ids(world, "supplier"),
    }


def _odd_cases(world: World) -> Truth:
    return {
        case.name: {"customer_id": _ids(world, case.name)[0], "category": case.category} for case in ODD_CASES
    }
