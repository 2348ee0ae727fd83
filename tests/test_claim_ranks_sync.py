"""Who is paid for a friend, through the till and the exchange with the sales files: both sides rank alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pytest

from clientela.loyalty.claims import claims, evidence
from clientela.loyalty.links import friends, links
from clientela.loyalty.links.clicks import INSERT, Click
from clientela.loyalty.people import contacts, members
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.till import till
from clientela.loyalty.till.results import Sale
from tests.worlds.exchange_world import SALES_OF_A_YEAR, Shop, at, make_shop, open_copy

PRESENTED, OWNER, VERIFIED, UNVERIFIED = "presented", "owner", "verified", "unverified"
KINDS: Final = (PRESENTED, OWNER, VERIFIED, UNVERIFIED)
PAIRS: Final = list(itertools.product(KINDS, KINDS))
"""The kind of Anna's claim, which comes first, and of Bruno's."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "shop"
    terms = {"friend_value": 10.0, "reward_value": 15.0, "hold_days": 14, "cap_per_month": 0}
    return make_shop(folder, SALES_OF_A_YEAR, **terms).folder


def friend_of(pair: tuple[str, str]) -> str:
    return f"{pair[0]}.{pair[1]}@posta.example"


def winner_of(pair: tuple[str, str]) -> str:
    """The stronger kind; of equals Anna, who came first, but of the owner's words the last."""
    first, second = (KINDS.index(kind) for kind in pair)
    return "bruno" if second < first or pair == (OWNER, OWNER) else "anna"


def stand(shop: Shop, kind: str, fan: str, friend: str, on: str) -> str:
    """Give a fan a claim on a friend; return the coupon."""
    contact = contacts.normalise(friend)
    assert contact is not None
    programme, now = shop.server.programme, at(on)

    def work(db: Connection) -> str:
        member = members.by_customer(db, fan)
        assert member is not None
        link = links.of_member(db, member.member_id)
        assert link is not None
        hit = f"{fan} {friend}"
        if kind == VERIFIED:
            db.run(INSERT, **Click(hit, link.link_id, now, on[:10], "person")._asdict())
        saved = friends.save(
            db, programme, link, name=friend.partition("@")[0], contact=contact, hit_id=hit, language="it",
            consent=False, text_version="1", now=now, form_key=hit,
        )  # fmt: skip
        if kind == OWNER:
            claims.assign(db, programme, saved.public_id, member.member_id, "owner", "seen", now + 1)
        return saved.coupon_code

    return shop.server.write(work)


def show(shop: Shop, coupon: str, receipt: str, on: str, entered: str) -> str:
    told = Sale(f"key {receipt}", receipt, date.fromisoformat(on), 3000, None, "till-1", None)
    programme = shop.server.programme
    return shop.server.write(lambda db: till.redeem_coupon(db, programme, coupon, told, at(entered))).outcome


class Played:
    """All sixteen pairs in one shop, and what each side knows after two exchanges."""

    def __init__(self, shop: Shop) -> None:
        shop.invite("anna", "bruno")
        coupons = {}
        for number, pair in enumerate(PAIRS):
            for day, (kind, fan) in enumerate(zip(pair, ("anna", "bruno"), strict=True), start=1):
                on = f"2026-10-0{day} {number + 6:02}:00"
                coupons[pair, fan] = stand(shop, kind, fan, friend_of(pair), on)
        rows = []
        for number, pair in enumerate(PAIRS):
            shown = [fan for kind, fan in zip(pair, ("anna", "bruno"), strict=True) if kind == PRESENTED]
            if shown:
                assert show(shop, coupons[pair, shown[0]], f"7{number:02}", "2026-10-10", "2026-10-10") == (
                    "accepted"
                )
            if len(shown) == 2:
                late = show(shop, coupons[pair, shown[1]], f"6{number:02}", "2026-10-09", "2026-10-11")
                assert late == "already"
            rows.append(f"7{number:02},,{friend_of(pair)},2026-10-10,30.00,")
        shop.load(*rows, today="2026-10-12")
        self.by_day = {on: self.known(shop, on) for on in ("2026-10-12", "2026-10-28")}
        self.files = shop.db.execute(
            "select friend_name, referrer_id, amount, state from raw.referral_rewards "
            "inner join raw.referrals using (referral_id)"
        ).fetchall()

    def known(self, shop: Shop, on: str) -> dict[str, list[str]]:
        shop.sync(on)
        rows = shop.server.rows(
            "select contact, customer_id from claims inner join members using (member_id) "
            "where claims.state = 'bought' order by 1, 2"
        )
        found: dict[str, list[str]] = {}
        for contact, fan in rows:
            found.setdefault(contact, []).append(fan)
        return found


@pytest.fixture(scope="module")
def played(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with open_copy(made, tmp_path_factory.mktemp("played")) as shop:
        yield Played(shop)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_till_and_sales_files_pay_the_better_proof(played: Played, pair: tuple[str, str]) -> None:
    for day in played.by_day.values():
        assert day[friend_of(pair)] == [winner_of(pair)]
    name = friend_of(pair).partition("@")[0]
    paid = [(fan, state) for friend, fan, _amount, state in played.files if friend == name]
    assert [row for row in paid if row[1] != "reversed"] == [(winner_of(pair), "approved")]


def test_a_code_beats_a_contact_that_the_fan_typed_also_where_the_friend_has_two(
    made: Path, tmp_path: Path
) -> None:
    """Anna typed Luca's e-mail; at the till he says Bruno's code and leaves his phone: files know both."""
    with open_copy(made, tmp_path) as shop:
        shop.invite("anna", "bruno")
        stand(shop, UNVERIFIED, "anna", "luca@posta.example", "2026-10-01")
        contact = contacts.normalise("340 1112223")
        told = Sale("key", "71", date(2026, 10, 10), 3000, None, "till-1", None)

        def work(db: Connection) -> str:
            member = members.by_customer(db, "bruno")
            assert member is not None
            return till.attribute(
                db, shop.server.programme, member.member_id, told, method="code", friend_name=None,
                contact=contact, confirmed_digits=None, now=at("2026-10-10"),
            ).outcome  # fmt: skip

        assert shop.server.write(work) == "accepted"
        load_customer(shop, "luca,Luca Verdi,luca@posta.example,340 1112223,2026-10-10")
        shop.load("71,luca,,2026-10-10,30.00,", today="2026-10-12")
        shop.sync("2026-10-12")
        shop.sync("2026-10-28")
        rows = shop.server.rows(
            "select customer_id, rewards.state from rewards inner join members using (member_id)"
        )
        assert rows == [("bruno", "approved")]
        verdicts = shop.server.rows(
            "select customer_id, verdict from outcomes inner join claims using (claim_id) "
            "inner join members using (member_id) order by 1"
        )
        assert verdicts == [("anna", "other_referrer"), ("bruno", "payable")]


def load_customer(shop: Shop, row: str) -> None:
    from clientela.warehouse.loading.pipeline import load_file

    path = shop.folder / "customers.csv"
    path.write_text("customer_id,name,email,phone,created_at\n" + row + "\n", encoding="utf-8")
    load_file(shop.db, path, today=date(2026, 10, 12), timezone="Europe/Rome", table="customers")


@pytest.mark.parametrize("method", ["link", "code", "coupon", "phone", "email", "name", "owner"])
@pytest.mark.parametrize("has_click", [False, True])
def test_a_claim_of_a_file_is_ranked_by_its_words_as_the_server_would(method: str, has_click: bool) -> None:
    """The cases of the staging model, run by themselves, against the server's rank of such a claim."""
    sql = (Path(__file__).parent.parent / "clientela/warehouse/models/staging/referral_events.sql").read_text(
        "utf-8"
    )
    cases = sql[sql.index("        coalesce(\n            evidence,") : sql.index(" as shown_on,")]
    day = date(2026, 1, 2)
    given = """
        select $1 as method, case when $2 then timestamp '2026-01-01' end as clicked_at, $3 as receipt_on,
            null::timestamp as arrived_at, null::bigint as evidence, null::date as shown_on
    """
    with duckdb.connect() as db:
        ((found, shown_on),) = db.execute(
            f"select {cases} from ({given})", [method, has_click, day]
        ).fetchall()
    server = {
        "presented_on": day.isoformat() if method in evidence.SHOWN else None,
        "assigned_at": 1 if method == "owner" else None,
        "verified_at": 1 if method in evidence.SAID or has_click else None,
    }
    assert (evidence.PRESENTED if shown_on else found) == evidence.rank(server, day)


def test_the_files_take_the_servers_word_for_what_was_shown(made: Path, tmp_path: Path) -> None:
    """Luca shows Anna's coupon, which is undone; then Bruno's counts. The way in stays the link."""
    with open_copy(made, tmp_path) as shop:
        shop.invite("anna", "bruno")
        mine = stand(shop, UNVERIFIED, "anna", "luca@posta.example", "2026-10-01")
        other = stand(shop, VERIFIED, "bruno", "luca@posta.example", "2026-10-02")

        def told() -> list[tuple[object, ...]]:
            shop.sync("2026-10-12")
            rows = "select referrer_id, method, evidence, shown_on, status from raw.referrals order by 1"
            return shop.db.execute(rows).fetchall()

        assert show(shop, mine, "71", "2026-10-10", "2026-10-10") == "accepted"
        tenth, eleventh = date(2026, 10, 10), date(2026, 10, 11)
        assert told() == [
            ("anna", "link", 4, tenth, "bought"),
            ("bruno", "link", 3, None, "superseded"),
        ]
        ((used,),) = shop.server.rows("select public_id from redemptions")
        programme = shop.server.programme
        shop.server.write(lambda db: till.reverse(db, programme, used, "x", "till:1", at("2026-10-10 13:00")))
        assert show(shop, other, "72", "2026-10-11", "2026-10-11") == "accepted"
        assert told() == [
            ("anna", "link", 4, None, "superseded"),
            ("bruno", "link", 3, eleventh, "bought"),
        ]
