"""Who is forgotten in the referral store is gone from its files, and no older copy brings them back."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.forgotten import Journal
from clientela.loyalty.erasure import by_contact
from clientela.loyalty.erasure import person as erasure
from clientela.loyalty.links import friends
from clientela.loyalty.people import consents, enrolment
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.opening import open_store
from clientela.referral_server.running import backup
from tests.worlds.loyalty_world import World, at, contact, open_world
from tests.yardsticks.needles import holders

NAME, PHONE, MAIL = "Zelinda Quaresmini", "+393471987654", "zelinda.q@posta.example"
WHO = (NAME, "3471987654", MAIL, "QUARESMINI")
ZELINDA = NewMember("C77", NAME, "347 198 7654", MAIL, "fan")


def live(folder: Path) -> dict[str, set[str]]:
    return holders(folder, *WHO)


def lively(world: World) -> None:
    """Zelinda is a friend of Anna's by phone and by mail, bought at the till, complained, and is a member."""
    world.save(PHONE, name=NAME, consent=True, show_name=True)
    saved = world.save(MAIL, on="2026-05-02", name=NAME, consent=True)
    done = world.redeem(saved.coupon_code, on="2026-05-03", receipt="16")
    assert done.redemption_id
    world.name_fan("C2", on="2026-05-04", friend_name=NAME, receipt="18")
    world.invite(ZELINDA)
    said = ConsentEntry("m:C77", "marketing", "whatsapp", "grant", at("2026-05-01"), "web", "2026-01")
    world.write(lambda db: consents.add(db, [said]))
    world.save("terzo@posta.example", on="2026-05-05", of="C77", name="Terzo")
    world.write(
        lambda db: db.run(
            "update reward_moves set reason = :why",
            why="Zelinda  Quaresmini called from 347/198.76.54, zelinda.q@posta.example",
        )
    )


def forget(world: World) -> None:
    world.write(lambda db: erasure.erase_member(db, "C77", at("2026-05-10")))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    """The shop; its store stays open while its files are searched, as under a server."""
    with open_world(tmp_path) as world:
        yield world


def test_before_the_erasure_the_search_finds_her_in_the_store_and_its_log(
    shop: World, tmp_path: Path
) -> None:
    """Without this the search below could be blind."""
    lively(shop)
    found = live(tmp_path)
    assert "referral.sqlite-wal" in found
    assert found["referral.sqlite-wal"] == set(WHO)
    shop.store.close()
    assert live(tmp_path) == {"referral.sqlite": set(WHO)}


def test_a_forgotten_member_is_in_no_file_of_a_store_that_goes_on(shop: World, tmp_path: Path) -> None:
    lively(shop)
    forget(shop)
    assert live(tmp_path) == {}
    shop.store.close()
    assert live(tmp_path) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forgotten.jsonl", "referral.sqlite"]


def test_a_forgotten_friend_is_in_no_file_of_a_store_that_goes_on(shop: World, tmp_path: Path) -> None:
    shop.save(PHONE, name=NAME, consent=True)
    shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
    assert live(tmp_path) == {}


def test_what_a_form_left_goes_with_its_page(shop: World, tmp_path: Path) -> None:
    shop.save(PHONE, name="Zelinda", consent=True)
    second = shop.save(PHONE, on="2026-05-02", name=NAME)
    shop.write(lambda db: friends.erase(db, second.token, at("2026-05-10")))
    assert "Zelinda Quaresmini" not in str(live(tmp_path))


def test_money_and_claims_are_what_they_were(shop: World) -> None:
    lively(shop)
    sums = "select count(*) as uses, sum(discount_cents) as off, sum(amount_cents) as paid from redemptions"
    claims = "select count(*) as number, count(distinct friend_key) as friends from claims"
    before = shop.all(sums) + shop.all(claims)
    forget(shop)
    assert shop.all(sums) + shop.all(claims) == before


def test_while_a_reader_holds_the_log_the_next_commits_empty_it(shop: World, tmp_path: Path) -> None:
    shop.save(PHONE, name=NAME)
    with shop.store.read() as db:
        assert db.one("select count(*) as n from claims") == {"n": 1}
        shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
        assert shop.store.writer.has_traces
    shop.write(lambda db: db.run("update members set updated_at = updated_at"))
    assert not shop.store.writer.has_traces
    assert live(tmp_path) == {}


def older_copy(shop: World, tmp_path: Path) -> Path:
    copy = tmp_path / "old" / "copy.sqlite"
    copy.parent.mkdir()
    lively(shop)
    backup.backup(shop.store.path, copy)
    forget(shop)
    shop.store.close()
    assert live(tmp_path) == {"old/copy.sqlite": set(WHO)}
    return copy


@pytest.mark.parametrize("lost", ["nothing", "the journal", "the store"])
def test_an_older_copy_does_not_bring_her_back(shop: World, tmp_path: Path, lost: str) -> None:
    copy, store = older_copy(shop, tmp_path), shop.store.path
    if lost == "the journal":
        Journal.beside(store).path.unlink()
    if lost == "the store":
        store.unlink()
    backup.restore(store, copy, "2026-06-01T100000")
    assert live(tmp_path) == {"old/copy.sqlite": set(WHO)}
    with contextlib.closing(open_store(store)) as again, again.read() as db:
        assert db.one("select status from members where customer_id = 'C77'") == {"status": "erased"}
        assert db.one("select count(*) as n from claims") == {"n": 4}


def test_a_copy_put_there_by_hand_does_not_bring_her_back(shop: World, tmp_path: Path) -> None:
    copy, store = older_copy(shop, tmp_path), shop.store.path
    shutil.copy(copy, store)
    open_store(store).close()
    assert live(tmp_path) == {"old/copy.sqlite": set(WHO)}


def test_who_shares_her_phone_is_not_forgotten_with_her(shop: World, tmp_path: Path) -> None:
    lively(shop)
    shop.invite(NewMember("C78", "Ugo Valli", PHONE, None, "fan"))
    copy = tmp_path / "copy.sqlite"
    backup.backup(shop.store.path, copy)
    forget(shop)
    ugo = shop.all("select name, phone, status from members where customer_id = 'C78'")
    assert ugo == [{"name": "Ugo Valli", "phone": PHONE, "status": "active"}]
    shop.store.close()
    backup.restore(shop.store.path, copy, "2026-06-01T100000")
    with contextlib.closing(open_store(shop.store.path)) as again, again.read() as db:
        assert db.all("select name, phone, status from members where customer_id = 'C78'") == ugo


def test_the_shops_files_do_not_bring_a_friend_back_under_a_number(shop: World) -> None:
    shop.save(PHONE, name=NAME)
    shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
    shop.invite(NewMember("C99", NAME, "0039 347 1987654", None, "fan"))
    assert shop.all("select customer_id from members order by 1") == [
        {"customer_id": "C1"},
        {"customer_id": "C2"},
    ]


def test_who_consents_anew_may_be_invited_again(shop: World) -> None:
    shop.save(PHONE, name=NAME)
    shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
    said = ConsentEntry("m:C99", "marketing", "any", "grant", at("2026-06-01"), "paper", None, "shop")
    shop.write(
        lambda db: enrolment.upsert(
            db, [NewMember("C99", NAME, PHONE, None, "fan", (said,))], at("2026-06-02")
        )
    )
    assert shop.value("select status from members where customer_id = 'C99'") == "active"


def test_a_sale_that_waited_in_a_tills_queue_counts_without_her(shop: World, tmp_path: Path) -> None:
    shop.save(PHONE, name=NAME)
    shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
    late = shop.name_fan("C2", on="2026-05-09", friend=PHONE, friend_name=NAME, key="late 1")
    assert late.outcome == "accepted"
    assert live(tmp_path) == {}


def test_who_comes_back_later_is_known_again_by_that_alone(shop: World) -> None:
    """A form that she sends herself, or her contact said at the till after that day, is her own new word."""
    shop.save(PHONE, name=NAME)
    shop.write(lambda db: by_contact.erase_friend(db, contact(PHONE), at("2026-05-10")))
    again = shop.save(PHONE, on="2026-05-20", name=NAME)
    assert shop.redeem(again.coupon_code, on="2026-05-21").outcome == "accepted"


def test_a_withdrawal_that_an_older_program_left_in_the_clear_is_forgotten_when_the_store_is_opened(
    shop: World, tmp_path: Path
) -> None:
    shop.save(PHONE, name=NAME, consent=True)
    shop.store.close()
    with contextlib.closing(sqlite3.connect(shop.store.path, isolation_level=None)) as db:
        # As 778c1bb left it: every trace gone but the withdrawal, and pages that nobody overwrote.
        db.execute("delete from saves")
        db.execute(
            "update claims set friend_name = null, contact = null, contact_key = null, friend_key = 'x:1', "
            "state = 'withdrawn'"
        )
        db.execute("update consents set subject = 'x:1'")
        db.execute("update events set subject = 'x:1', body = '{}' where type <> 'consent'")
        db.execute("pragma user_version = 0")
        db.execute("pragma wal_checkpoint(truncate)")
    assert "3471987654" in live(tmp_path)["referral.sqlite"]
    open_store(shop.store.path).close()
    assert live(tmp_path) == {}
