"""What somebody would try who wants money, other people's data or a broken server; each was possible once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from clientela import i18n
from clientela.loyalty.claims import outcomes
from clientela.loyalty.claims.outcomes import SaleOutcome
from clientela.loyalty.erasure import by_contact
from clientela.loyalty.erasure import person as erasure
from clientela.loyalty.links import friends
from clientela.loyalty.pages import fan as fan_page
from clientela.loyalty.pages import owner as owner_page
from clientela.loyalty.pages import owner_tree, owner_waiting
from clientela.loyalty.people import consents, contacts, members
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.names import plain_number
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.till import lookup, till
from tests.worlds.loyalty_world import World, at, contact, sale, world
from tests.worlds.program import Run
from tests.worlds.public_pages import Pages, hidden, open_pages, words
from tests.worlds.served import open_shop

__all__ = ["world"]

LUCA = "320 1111111"
NAMELESS = NewMember("C9", "", "338 9999999", None, "fan")


# ---- money ----


def test_a_reward_spent_and_taken_back_makes_no_room_in_the_month(world: World) -> None:
    """One reward a month: bring a friend, spend the reward, let the goods go back, and bring the next."""
    shop = world.with_terms(cap_per_month=1, hold_days=0)
    first, second = shop.save(LUCA, on="2026-05-01"), shop.save("320 2222222", on="2026-05-01")
    shop.redeem(first.coupon_code, on="2026-05-02")
    spent = shop.redeem(shop.value("select code from coupons where kind = 'fan'"), on="2026-05-03")
    assert spent.outcome == "accepted"
    shop.tell(first.public_id, "refunded", on="2026-05-04")
    shop.redeem(second.coupon_code, on="2026-05-05")
    assert shop.rewards() == [("C1", "reversed", "refunded_after_use"), ("C1", "rejected", "cap")]
    shop.tell(first.public_id, "payable", on="2026-05-06", qualifying_on="2026-05-02")
    assert shop.rewards() == [("C1", "redeemed", None), ("C1", "rejected", "cap")]


@pytest.mark.parametrize("again", ["055", " 55 ", "a-55", "A 0055", "A/55"])
def test_one_receipt_is_one_friend_however_its_number_is_typed(world: World, again: str) -> None:
    first = "A-55" if "a" in again.lower() else "55"
    assert world.name_fan("C1", receipt=first).outcome == "accepted"
    assert world.name_fan("C2", receipt=again, key="another").outcome == "already"


@pytest.mark.parametrize(("one", "other"), [("RT/12/7", "RT/1/27"), ("5A", "5B"), ("10", "1"), ("0", "1")])
def test_two_receipts_are_two_friends(world: World, one: str, other: str) -> None:
    assert plain_number(one) != plain_number(other)
    assert world.name_fan("C1", receipt=one).outcome == "accepted"
    assert world.name_fan("C2", receipt=other, key="another").outcome == "accepted"


def test_two_friends_on_one_receipt_are_looked_at_however_its_number_is_typed(world: World) -> None:
    world.name_fan("C1", friend=LUCA, receipt="B-0077")
    world.name_fan("C2", friend="320 2222222", receipt="b 77")
    assert world.all("select rule from flags") == [{"rule": "same_receipt"}]


@pytest.mark.parametrize(
    "again",
    [
        "0039 320 111 11 11",
        "+39-320-1111111",
        "\u202a+39 320 1111111\u202c",
        "３２０1111111",
        "320\u200b1111111",
        "320\t1111111",
    ],
)
def test_two_fans_are_not_paid_for_one_friend_by_two_spellings(world: World, again: str) -> None:
    world.name_fan("C1", friend=LUCA, receipt="1")
    assert world.name_fan("C2", friend=again, receipt="2").outcome == "already"
    assert [customer for customer, _state, _reason in world.rewards()] == ["C1"]


def test_an_address_with_signs_that_nobody_sees_is_the_same_address() -> None:
    plain = contact("luca@posta.example")
    assert contacts.normalise("lu\u200bca@posta.\u00adexample\u202c") == plain
    assert contacts.normalise("luca+1@posta.example") != plain
    assert contacts.normalise("l.uca@posta.example") != plain
    for broken in ("luca@posta.example\x00", "\ud800@posta.example", "luca@posta.example\ue000"):
        assert contacts.normalise(broken) is None


def test_many_tills_at_once_give_one_discount_and_one_reward(world: World) -> None:
    shop = world.with_terms(hold_days=0)
    saved = shop.save(LUCA, on="2026-05-01")
    start = threading.Barrier(12)

    def try_it(number: int) -> str:
        start.wait(10)
        if number % 3 == 0:
            return shop.redeem(saved.coupon_code, key=f"coupon {number}").outcome
        if number % 3 == 1:
            return shop.name_fan("C2", friend=LUCA, receipt=f"{number}").outcome
        told = sale(f"phone {number}", "2026-05-10")
        found = shop.write(
            lambda db: till.redeem_friend(db, shop.programme, contact(LUCA), told, at("2026-05-10"))
        )
        return found.outcome

    with ThreadPoolExecutor(12) as many:
        answers = list(many.map(try_it, range(12)))
    assert sorted(answers) == ["accepted"] + ["already"] * 11
    assert shop.rewards() == [("C1", "approved", None)]


def test_a_clock_that_ran_ahead_at_the_shop_does_not_silence_what_it_says_later(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    world.redeem(saved.coupon_code, on="2026-05-02")
    for as_of, verdict, day in (
        ("2099-01-01", "payable", "2026-05-09"),
        ("2026-05-11", "refunded", "2026-05-11"),
    ):
        row = SaleOutcome(saved.public_id, None, verdict, 1, None, "2026-05-02", 5000, 5000, None, as_of)
        work = partial(outcomes.apply, programme=world.programme, rows=[row], now=at(day))
        assert world.write(work).changed == 1
    assert world.rewards() == [("C1", "reversed", "refunded")]


# ---- what every page says of one friend ----


def bought_and_brought_back(world: World) -> None:
    """Luca buys for 42 € at the till, the sales files know of it, and then of the goods that came back."""
    saved = world.save(LUCA, on="2026-05-01")
    world.redeem(saved.coupon_code, on="2026-05-02", cents=4200)
    world.tell(saved.public_id, "payable", on="2026-05-03", qualifying_on="2026-05-02", revenue_cents=4200)
    world.tell(saved.public_id, "refunded", on="2026-05-04", purchases=0, revenue_cents=0)


def test_who_brought_everything_back_is_no_buyer_on_any_page(world: World) -> None:
    bought_and_brought_back(world)
    with world.store.read() as db:
        found = owner_page.funnel(db, world.programme, at("2026-05-05"))
        (anna,), (branch,) = owner_page.leaders(db), owner_tree.tree(db)
        mine = fan_page.view(db, world.programme, world.member())
    assert (found.friends, found.coupons_used, found.buyers, found.revenue_cents) == (1, 1, 0, 0)
    assert (anna.friends, anna.buyers, anna.revenue_cents, anna.rewards_cents) == (1, 0, 0, 0)
    assert (branch.friends, branch.buyers) == (1, 0)
    assert (mine.friends_count, mine.buyers_count, [each.state for each in mine.friends]) == (
        1,
        0,
        ["waiting"],
    )


def test_who_keeps_something_is_a_buyer_for_what_was_kept(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    world.redeem(saved.coupon_code, on="2026-05-02", cents=4200)
    world.tell(saved.public_id, "refunded", on="2026-05-04", purchases=1, revenue_cents=1200)
    with world.store.read() as db:
        found = owner_page.funnel(db, world.programme, at("2026-05-05"))
    assert (found.buyers, found.revenue_cents) == (1, 1200)


@pytest.mark.parametrize(
    "verdict", ["existing_customer", "self", "circle", "out_of_window", "other_referrer"]
)
def test_an_old_customer_with_a_coupon_is_nobodys_friend_on_any_page(world: World, verdict: str) -> None:
    """Twenty years of purchases are not what a fan brought."""
    saved = world.save(LUCA, on="2026-05-01")
    world.redeem(saved.coupon_code, on="2026-05-02", cents=4200)
    world.tell(saved.public_id, verdict, on="2026-05-03", purchases=200, revenue_cents=900_000)
    with world.store.read() as db:
        found = owner_page.funnel(db, world.programme, at("2026-05-05"))
        mine = fan_page.view(db, world.programme, world.member())
        assert owner_page.leaders(db) == []
    assert (found.friends, found.buyers, found.revenue_cents) == (0, 0, 0)
    assert [each.state for each in mine.friends] == ["other"]


def test_until_the_files_know_of_a_purchase_the_tills_word_stands(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    world.redeem(saved.coupon_code, on="2026-05-02", cents=4200)
    world.tell(saved.public_id, "waiting", on="2026-05-01", friend_customer_id="C77")
    with world.store.read() as db:
        found = owner_page.funnel(db, world.programme, at("2026-05-05"))
    assert (found.buyers, found.revenue_cents) == (1, 4200)


# ---- other people's data ----


def test_a_stranger_who_types_my_contact_cannot_erase_me(world: World) -> None:
    mine = world.save(LUCA, on="2026-05-01", name="Luca Verdi", consent=True)
    theirs = world.save("0039 320 1111111", on="2026-05-02", name="Ladro", of="C2")
    world.write(lambda db: friends.erase(db, theirs.token, at("2026-05-03")))
    with world.store.read() as db:
        assert friends.by_token(db, theirs.token) is None
        found = friends.by_token(db, mine.token)
        allowed = consents.state(db, "+393201111111")
    assert found is not None
    assert found.consented
    assert allowed == {("marketing", "whatsapp"): True}
    assert "ladro" not in str(world.all("select * from claims") + world.all("select * from saves")).lower()
    assert world.redeem(theirs.coupon_code, on="2026-05-04").outcome == "refused"
    assert world.redeem(mine.coupon_code, on="2026-05-04").outcome == "accepted"


def test_a_stranger_cannot_erase_who_came_to_the_till(world: World) -> None:
    world.name_fan("C1", friend=LUCA, on="2026-05-01", friend_name="Luca Verdi")
    theirs = world.save(LUCA, on="2026-05-02", name="Ladro", of="C2")
    world.write(lambda db: friends.erase(db, theirs.token, at("2026-05-03")))
    assert world.name_fan("C1", friend=LUCA, on="2026-05-04").outcome == "already"
    assert world.claims()[0] == ("C1", "bought", None)


def test_who_saved_twice_erases_the_pages_one_by_one(world: World) -> None:
    first = world.save(LUCA, on="2026-05-01", consent=True, show_name=True)
    second = world.save(LUCA, on="2026-05-02", name="Luca V.", consent=True)
    for page in (first, second):
        world.write(partial(friends.erase, token=page.token, now=at("2026-05-03")))
    for table in ("claims", "saves", "consents", "redemptions", "coupons"):
        text = str(world.all(f"select * from {table}")).lower()
        assert "luca" not in text
        assert "1111111" not in text
    assert world.claims() == [("C1", "withdrawn", "erased")]


def test_in_the_shop_a_friend_is_forgotten_whole(world: World) -> None:
    world.save(LUCA, on="2026-05-01")
    saved = world.save(LUCA, on="2026-05-02", of="C2")
    assert world.write(lambda db: by_contact.erase_friend(db, contact(LUCA), at("2026-05-03"))) == 2
    with world.store.read() as db:
        assert friends.by_token(db, saved.token) is None


def test_a_consent_dated_in_the_future_can_be_taken_back_today(world: World) -> None:
    typo = ConsentEntry("m:C1", "marketing", "email", "grant", at("2062-01-01"), "import", None, "shop")
    world.write(lambda db: consents.add(db, [typo]))
    world.write(lambda db: fan_page.withdraw(db, world.member(), at("2026-05-01")))
    with world.store.read() as db:
        assert consents.state(db, "m:C1") == {("marketing", "email"): False}


def test_forgetting_leaves_only_the_withdrawal_also_where_a_clock_ran_ahead(world: World) -> None:
    world.save(LUCA, on="2026-05-20", consent=True)
    world.write(lambda db: by_contact.erase_friend(db, contact(LUCA), at("2026-05-03")))
    assert world.all("select body from events where body like '%1111111%'") == []
    told = world.all("select body from events where type = 'consent' order by seq")
    assert [re.findall('"action": "([a-z]+)"', row["body"]) for row in told] == [["grant"], ["withdraw"]]


def test_two_forms_without_a_key_of_their_own_lead_to_two_pages(tmp_path: Path) -> None:
    """Who sends somebody's contact without the form's key must not land on that person's page."""
    with open_pages(tmp_path) as pages:
        ways = {pages.save(form_key="").headers["Location"] for _friend in range(2)}
    assert len(ways) == 2


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as found:
        yield found


def test_the_page_says_the_same_to_who_erases_all_and_to_who_erases_a_part(pages: Pages) -> None:
    """Else a stranger would learn whether the contact that they typed was known before."""
    told = set()
    for typed in ("333 9876543", "333 9876543", "347 0000001"):
        way = pages.save(contact=typed).headers["Location"]
        form = hidden(pages.get(way).text, -1)
        told.add(words(pages.post(way, **form).text))
    assert len(told) == 1
    assert "più" in told.pop()


# ---- names ----

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{7*7}}'


def test_a_name_is_never_a_program(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.world.invite(NewMember("C8", HOSTILE, "338 1234567", None, HOSTILE[:40]))
        link, token = shop.world.link("C8"), shop.world.tokens["C8"]
        said = shop.get(f"/i/{link.code}")
        form = {**hidden(said.text), "name": HOSTILE, "contact": LUCA, "share_name": "yes"}
        mine = shop.post(f"/i/{link.code}", form).headers["Location"]
        shown = [
            said,
            shop.get(mine),
            shop.get(f"/me/{token}"),
            shop.post(f"/i/{link.code}", {"name": HOSTILE}),
        ]
        shown.append(shop.get(f"/r/{link.code}", headers={"User-Agent": "WhatsApp/2.23 A"}))
    for page in shown:
        assert page.status_code in (200, 422)
        assert "<script" not in page.text
        assert "<img src=x" not in page.text
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page.text)[0]


def test_a_fan_without_a_name_is_a_friend_on_every_page_and_a_number_in_the_shop(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.world.invite(NAMELESS)
        link = shop.world.link("C9")
        for language, sent in (("en", "A friend sent you"), ("it", "Ti manda un amico")):
            page = shop.get(f"/i/{link.code}", headers={"Accept-Language": language})
            said = words(page.text)
            assert sent in said
            assert "share_name" not in page.text
            assert not re.search(r"(that|manda)  ?(sent|\.)", unescape(page.text))
        with shop.world.store.read() as db:
            finding = lookup.look_up(db, shop.world.programme, link.spoken, at("2026-05-10"))
        assert finding.message == "C9 sends them."
        done = shop.world.name_fan("C9", friend=LUCA)
        assert (done.sentence, done.member_name) == ("C9 sent them.", "C9")
        with shop.world.store.read() as db:
            (leader,), (branch,) = owner_page.leaders(db), owner_tree.tree(db)
            (held,) = owner_waiting.held(db)
        assert {leader.shown_name, branch.shown_name, held.member_name} == {"C9"}


def test_the_coupon_of_a_forgotten_fan_names_nobody(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    world.write(lambda db: erasure.erase_member(db, "C1", at("2026-05-02")))
    with world.store.read() as db:
        finding = lookup.look_up(db, world.programme, saved.coupon_code, at("2026-05-03"))
    assert finding.message == "The discount is ready."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("refunded", "La merce è stata resa."),
        ("other_referrer", "Il tuo amico era già stato mandato da un’altra persona."),
        ("existing_customer", "Non rientrava nelle regole qui sotto."),
    ],
)
def test_the_fan_reads_why_a_reward_was_taken_back(pages: Pages, reason: str, said: str) -> None:
    saved = pages.world.save(LUCA, on="2026-11-01")
    pages.world.redeem(saved.coupon_code, on="2026-11-02")
    pages.world.tell(saved.public_id, reason, on="2026-11-03", purchases=0)
    assert pages.world.rewards() == [("C1", "reversed", reason)]
    assert said in words(pages.get(pages.fan).text)


# ---- the store ----


def test_what_a_write_says_is_in_the_language_of_who_asked(world: World) -> None:
    heard = []
    for language in ("it", "en", "it"):
        with i18n.speaking(language):
            heard.append(world.write(lambda _db: (i18n.language(), i18n.gettext("Try again shortly."))))
    assert heard == [("it", "Riprova tra poco."), ("en", "Try again shortly."), ("it", "Riprova tra poco.")]
    with i18n.speaking("it"), ThreadPoolExecutor(1) as other:
        assert other.submit(world.write, lambda _db: i18n.language()).result() == i18n.DEFAULT_LANGUAGE


def test_a_folder_in_the_place_of_the_store_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "referral.sqlite"
    folder.mkdir(mode=0o755)
    with pytest.raises(StoreUnavailableError, match=r"referral\.sqlite"):
        open_store(folder, create=True)
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_name_of_sixty_thousand_signs_is_nobodys(world: World) -> None:
    with world.store.read() as db:
        for text in ("a" * 60_000, "ab " * 20_000, "%" * 60_000, "🎉" * 15_000):
            assert members.search(db, text) == []
        assert [each.customer_id for each in members.search(db, "anna bruni")] == ["C1"]


def test_a_friend_who_asks_in_the_shop_is_forgotten_by_one_command(tmp_path: Path, run: Run) -> None:
    """The landing page promises it; whoever lost the page has no other way."""
    with open_shop(tmp_path) as shop:
        saved = shop.world.save(LUCA, on="2026-05-01")
        shop.world.save(LUCA, on="2026-05-02", of="C2")
        command = ("--lang", "en", "--shop", str(tmp_path), "referral", "forget")
        for nobody in ("347 0000000", "Luca", "320 111"):
            assert run(*command, nobody).code == 2
        done = run(*command, "+39 320-1111111")
        assert (done.code, done.err) == (0, "Forgotten: name and details are gone, sums and rewards stay.\n")
        assert shop.get(f"/mine/{saved.token}").status_code == 404
        assert "1111111" not in str(shop.world.all("select * from claims"))
