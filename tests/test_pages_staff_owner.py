"""The owner's page: every figure as the store has it, and every decision made once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from clientela.loyalty.rewards import rewards
from tests.worlds import staff_crowd
from tests.worlds.loyalty_world import NewMember
from tests.worlds.staff_site import NOON, Browser, Shop, open_shop, verdict

HOSTILE = "<b>Anna</b> \"'><script>alert(1)</script>"
DAY = 86_400_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


@pytest.fixture
def owner(shop: Shop) -> Browser:
    return shop.owner()


def figures(page: TestResponse) -> dict[str, list[int]]:
    """Every figure of a page by its name."""
    found: dict[str, list[int]] = defaultdict(list)
    for metric, value in re.findall(r'data-metric="([\w.]+)" value="(-?\d+)"', page.text):
        found[metric].append(int(value))
    return found


def section(page: TestResponse, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', page.text, re.DOTALL)
    assert found is not None
    return found[0]


def bought(shop: Shop, friend: str, of: str = "C1", on: str = "2026-05-10", **more: str) -> str:
    """A friend comes to the till with the fan's spoken code; returns the claim's name."""
    result = shop.world.name_fan(of, on, friend, **more)
    assert result.outcome == "accepted", result
    return str(
        shop.world.value("select max(public_id) as p from claims where contact like :c", c="%" + friend[-7:])
    )


SQL = {
    "links.given": """
        select count(*) as n from links where disabled_at is null
        and member_id in (select member_id from members where status = 'active')""",
    "links.shared": "select count(distinct link_id) as n from link_days where link_id > 0 and people > 0",
    "clicks.people": "select sum(people) as n from link_days where link_id > 0",
    "clicks.visitors": "select sum(visitors) as n from link_days where link_id > 0",
    "clicks.previews": "select sum(previews) as n from link_days where link_id > 0",
    "clicks.bots": "select sum(bots) as n from link_days where link_id > 0",
    "clicks.orphans": "select sum(people) as n from link_days where link_id = 0",
    "friends.saved": """
        select count(*) as n from (select friend_key from claims
        where state in ('open', 'bought', 'superseded') group by friend_key)""",
    "friends.came": """
        select count(*) as n from redemptions
        where reversed_at is null and substr(use_key, 1, 7) = 'friend:'""",
    "friends.bought": "select count(*) as n from claims where state = 'bought'",
    "rewards.owed_cents": "select sum(amount_cents) as n from rewards where state = 'approved'",
    "rewards.held_cents": "select sum(amount_cents) as n from rewards where state = 'held'",
    "rewards.spent_cents": "select sum(amount_cents) as n from rewards where state = 'redeemed'",
}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, TestResponse]]:
    with open_shop(tmp_path_factory.mktemp("crowd")) as shop:
        staff_crowd.fill(shop.world, staff_crowd.SMALL)
        yield shop, shop.owner().get("/owner")


def spent(shop: Shop) -> dict[int, int]:
    """What the friend of each paid claim spent, by plain Python: the files' word, else the till's."""
    files = {row["claim_id"]: row["revenue_cents"] for row in shop.world.all("select * from outcomes")}
    till = {
        row["use_key"]: row["amount_cents"]
        for row in shop.world.all("select * from redemptions where reversed_at is null")
    }
    return {
        row["claim_id"]: files.get(row["claim_id"]) or till.get(f"friend:{row['friend_key']}") or 0
        for row in shop.world.all("select * from claims where state = 'bought'")
    }


@pytest.mark.parametrize("metric", SQL)
def test_a_figure_is_what_the_store_says(crowd: tuple[Shop, TestResponse], metric: str) -> None:
    shop, page = crowd
    wanted = shop.world.value(SQL[metric])
    assert wanted > 0
    assert figures(page)[metric] == [wanted]


def test_euros_are_the_files_word_else_the_till_s(crowd: tuple[Shop, TestResponse]) -> None:
    shop, page = crowd
    assert figures(page)["friends.revenue_cents"] == [sum(spent(shop).values())]


def test_the_leaderboard_is_a_recount_of_every_claim(crowd: tuple[Shop, TestResponse]) -> None:
    shop, page = crowd
    friends, buyers, euros = Counter[int](), Counter[int](), Counter[int]()
    amounts = spent(shop)
    for row in shop.world.all("select * from claims where state in ('open', 'bought')"):
        friends[row["member_id"]] += 1
        buyers[row["member_id"]] += row["state"] == "bought"
        euros[row["member_id"]] += amounts.get(row["claim_id"], 0)
    people = Counter[int]()
    for row in shop.world.all("select member_id, people from link_days join links using (link_id)"):
        people[row["member_id"]] += row["people"]
    earned = Counter[int]()
    for row in shop.world.all("select * from rewards where state in ('approved', 'redeemed')"):
        earned[row["member_id"]] += row["amount_cents"]
    everybody = [m for m in {*friends, *people} if friends[m] or people[m]]
    best = sorted(everybody, key=lambda m: (-buyers[m], -friends[m], -people[m], m))[:20]
    table = section(page, "leaders")
    assert [int(m) for m in re.findall(r'<tr data-member="(\d+)"', table)] == best
    found = figures(page)
    assert found["leader.people"] == [people[m] for m in best]
    assert found["leader.friends"] == [friends[m] for m in best]
    assert found["leader.buyers"] == [buyers[m] for m in best]
    assert found["leader.revenue_cents"] == [euros[m] for m in best]
    assert found["leader.rewards_cents"] == [earned[m] for m in best]


def test_the_page_stays_short_however_many_there_are(crowd: tuple[Shop, TestResponse]) -> None:
    _shop, page = crowd
    assert page.text.count("data-reward=") <= 40
    assert page.text.count("data-flag=") <= 20
    assert len(page.text.encode()) < 120_000
    assert "<script" not in page.text
    assert " style=" not in page.text


class Nesting(HTMLParser):
    """The path of members above each member of the tree."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[int] = []
        self.above: dict[int, list[int]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            number = int(dict(attrs).get("data-member") or 0)
            self.above[number] = list(self.path)
            self.path.append(number)

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self.path.pop()


def test_who_brought_whom_is_a_list_in_a_list(shop: Shop, owner: Browser) -> None:
    shop.world.save("340 1112223", on="2026-04-02")
    bought(shop, "340 1112223", on="2026-04-03")
    shop.world.invite(NewMember("L", "Luca Verdi", "340 1112223", None, "fan"), on="2026-04-10")
    bought(shop, "340 2223334", of="L", on="2026-04-12")
    shop.world.invite(NewMember("E", "Elena Blu", "340 2223334", None, "fan"), on="2026-04-20")
    page = owner.get("/owner")
    reader = Nesting()
    reader.feed(section(page, "tree"))
    number = {who: shop.world.member(who).member_id for who in ("C1", "L", "E")}
    assert reader.above[number["C1"]] == []
    assert reader.above[number["L"]] == [number["C1"]]
    assert reader.above[number["E"]] == [number["C1"], number["L"]]
    assert figures(page)["tree.generation"] == [1, 1, 1]


def test_a_doubt_is_said_in_words_and_cleared_by_the_owner(shop: Shop, owner: Browser) -> None:
    bought(shop, "340 1112223", receipt="77")
    bought(shop, "340 1112224", receipt="77")
    page = owner.get("/owner")
    text = section(page, "flags")
    assert "Lo stesso scontrino vale per più di un amico." in text
    assert "Scontrino 77." in text
    (flag,) = re.findall(r'data-flag="([\d,]+)"', text)
    for _time in range(3):
        answer = owner.send("/owner/flag", {"flag": flag, "decision": "cleared"}, page="/owner")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/owner?done=cleared#flags")
    assert shop.world.value("select count(*) as n from flags where state = 'open'") == 0
    assert "Segnato: va bene" in owner.get("/owner?done=cleared").text
    shop.clock[0] += 15 * DAY
    shop.world.write(lambda db: rewards.ripen(db, shop.site.programme, shop.clock[0]))
    assert [row[1] for row in shop.world.rewards()] == ["approved", "approved"]


def test_a_refused_doubt_pays_nothing(shop: Shop, owner: Browser) -> None:
    bought(shop, "340 1112223", receipt="77")
    bought(shop, "340 1112224", receipt="77")
    (flag,) = re.findall(r'data-flag="([\d,]+)"', owner.get("/owner").text)
    owner.send("/owner/flag", {"flag": flag, "decision": "confirmed"}, page="/owner")
    assert [row[1] for row in shop.world.rewards()] == ["held", "rejected"]
    assert "Niente di strano" in owner.get("/owner").text


def test_a_decision_that_is_none_is_refused(owner: Browser) -> None:
    token = owner.token("/owner")
    for flag, decision in (("1", ""), ("1", "x"), ("x", "cleared"), ("1,", "cleared"), ("1" * 40, "cleared")):
        fields = {"csrf": token, "flag": flag, "decision": decision}
        assert owner.post("/owner/flag", fields).status_code == 400


def test_a_reward_is_handed_over_once_and_then_spent(shop: Shop, owner: Browser) -> None:
    bought(shop, "340 1112223", on="2026-04-02")
    shop.world.write(lambda db: rewards.ripen(db, shop.site.programme, NOON))
    page = owner.get("/owner")
    owed = section(page, "owed")
    assert "10\xa0€" in owed
    assert figures(page)["rewards.owed_cents"] == [1000]
    code = re.search(r"codice per la cassa <span[^>]*>([^<]+)<", owed)
    assert code is not None
    (number,) = re.findall(r'data-reward="(\d+)"', owed)
    give = {"reward": number, "action": "give"}
    first = owner.send("/owner/reward", give, page="/owner")
    second = owner.send("/owner/reward", give, page="/owner")
    assert first.headers["Location"] == "/owner?done=given#owed"
    assert second.headers["Location"] == "/owner?done=not-given#owed"
    assert shop.world.value("select count(*) as n from redemptions where reward_id is not null") == 1
    assert verdict(shop.till().look_up(code[1]))[0] == "already"
    assert "Nessun premio da dare" in owner.get("/owner").text


def test_a_reward_waits_until_a_day_for_a_reason_and_may_be_refused(shop: Shop, owner: Browser) -> None:
    bought(shop, "340 1112223", on="2026-05-09")
    held = section(owner.get("/owner"), "held")
    assert "fino al 23 maggio 2026" in held
    assert "Nel caso la merce torni indietro" in held
    (number,) = re.findall(r'data-reward="(\d+)"', held)
    refuse = {"reward": number, "action": "reject"}
    assert owner.send("/owner/reward", refuse, page="/owner").status_code == 400
    owner.send("/owner/reward", refuse | {"reason": "è mia sorella"}, page="/owner")
    assert [row[1] for row in shop.world.rewards()] == ["rejected"]
    assert shop.world.value("select count(*) as n from reward_moves where reason = 'è mia sorella'") == 1


def test_a_friend_of_two_is_given_to_the_one_the_owner_names(shop: Shop, owner: Browser) -> None:
    shop.world.click("C1", "hit", on="2026-05-01")
    shop.world.save("340 1112223", of="C1", on="2026-05-01", hit_id="hit")
    shop.world.name_fan("C2", "2026-05-09", "340 1112223", method="phone")
    page = owner.get("/owner")
    assert figures(page)["claims.disputed"] == [1]
    text = section(page, "disputes")
    assert "Anna B." in text
    assert "Carlo N." in text
    assert "Un altro è arrivato prima." in text
    (claim,) = set(re.findall(r'name="claim" value="(\w+)"', text))
    assert [row[:2] for row in shop.world.claims()] == [("C1", "bought"), ("C2", "superseded")]
    give = {"claim": claim, "member": "", "fan": "carlo", "reason": "lo conosco"}
    for _time in range(2):
        answer = owner.send("/owner/assign", give, page="/owner")
        assert answer.headers["Location"] == "/owner?done=assigned#disputes"
    assert [row[:2] for row in shop.world.claims()] == [("C1", "superseded"), ("C2", "bought")]
    assert "lo conosco" in shop.world.value("select evidence from claims where method = 'owner'")
    assert figures(owner.get("/owner"))["claims.disputed"] == [0]


def test_the_owner_reads_why_a_decision_does_not_win_and_how_to_overrule(shop: Shop, owner: Browser) -> None:
    """Luca said Carlo's code at the till; the owner gives him to Anna, which a code outranks."""
    shop.world.save("340 1112223", of="C1", on="2026-05-01")
    shop.world.name_fan("C2", "2026-05-09", "340 1112223")
    assert "Un buono o un codice che l’amico mostra al primo acquisto viene prima" in section(
        owner.get("/owner"), "disputes"
    )
    claim = shop.world.value("select public_id from claims where member_id = 2")
    give = {"claim": claim, "member": "", "fan": "anna", "reason": "li ho visti insieme"}
    answer = owner.send("/owner/assign", give, page="/owner")
    assert answer.headers["Location"] == "/owner?done=outranked#disputes"
    assert "Segnato, ma" in owner.get("/owner?done=outranked").text
    assert [row[:2] for row in shop.world.claims()] == [("C1", "superseded"), ("C2", "bought")]
    page = owner.get("/owner")
    assert figures(page)["claims.disputed"] == [1]
    text = section(page, "disputes")
    assert "quello viene prima di tutto" in text
    assert "Se è stato uno sbaglio, togli quella parola" in text
    out = {"word": claim, "reason": "letto male"}
    assert owner.send("/owner/withdraw", {"word": claim}, page="/owner").status_code == 400
    answer = owner.send("/owner/withdraw", out, page="/owner")
    assert answer.headers["Location"] == "/owner?done=withdrawn#disputes"
    assert [row[:2] for row in shop.world.claims()] == [("C1", "bought"), ("C2", "withdrawn")]
    assert shop.world.rewards() == [("C2", "reversed", "owner"), ("C1", "held", None)]
    assert "letto male" in shop.world.value("select evidence from claims where member_id = 2")
    assert figures(owner.get("/owner"))["claims.disputed"] == [0]
    assert 400 <= owner.send("/owner/withdraw", out | {"word": "x"}, page="/owner").status_code < 500


def test_a_claim_that_the_rules_refused_may_still_be_given(shop: Shop, owner: Browser) -> None:
    shop.world.save("347 7654321", of="C1", on="2026-05-01")
    page = owner.get("/owner")
    assert figures(page)["claims.disputed"] == [1]
    assert "sono di qualcuno che già porta amici" in section(page, "disputes")


def test_which_fan_is_asked_where_the_name_fits_several_or_nobody(shop: Shop, owner: Browser) -> None:
    shop.world.invite(NewMember("C9", "Carla Neri", "333 9999567", None, "fan"))
    claim = shop.world.save("340 1112223").public_id
    nobody = owner.send("/owner/assign", {"claim": claim, "fan": "zzz", "reason": "x"}, page="/owner")
    assert nobody.status_code == 422
    assert "Non trovo nessuno" in nobody.text
    silent = owner.send("/owner/assign", {"claim": claim, "fan": "carlo", "reason": ""}, page="/owner")
    assert silent.status_code == 422
    assert "Di’ perché" in silent.text
    both = owner.send("/owner/assign", {"claim": claim, "fan": "neri", "reason": "x"}, page="/owner")
    assert both.text.count('type="radio"') == 2
    assert [row[0] for row in shop.world.claims()] == ["C1"]
    number = str(shop.world.member("C9").member_id)
    picked = {"claim": claim, "fan": "neri", "member": number, "reason": "x"}
    assert owner.send("/owner/assign", picked, page="/owner").status_code == 303
    assert ("C9", "open") in [row[:2] for row in shop.world.claims()]


def test_an_unknown_claim_is_said_in_words(owner: Browser) -> None:
    answer = owner.send("/owner/assign", {"claim": "x", "fan": "anna", "reason": "x"}, page="/owner")
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def test_a_link_is_closed_or_made_anew(shop: Shop, owner: Browser) -> None:
    before = shop.world.link()
    found = owner.send("/owner/find", {"fan": "Brùni"}, page="/owner")
    assert before.spoken in found.text
    new = {"link": str(before.link_id), "action": "replace"}
    assert (
        owner.send("/owner/link", new, page="/owner").headers["Location"] == "/owner?done=link-replaced#links"
    )
    after = shop.world.link()
    assert after.code != before.code
    assert shop.till().look_up(before.spoken).text.count('aria-invalid="true"') == 1
    close = {"link": str(after.link_id), "action": "disable"}
    owner.send("/owner/link", close, page="/owner")
    assert (
        shop.world.value("select count(*) as n from links where member_id = 1 and disabled_at is null") == 0
    )
    assert owner.send("/owner/link", {"link": "1", "action": "x"}, page="/owner").status_code == 400
    assert owner.send("/owner/link", {"link": "999", "action": "disable"}, page="/owner").status_code == 400


def test_a_new_shop_says_what_is_missing(owner: Browser) -> None:
    page = owner.get("/owner").text
    assert "clientela referral sync" in page
    assert "Nessuno ha ancora portato un amico" in page
    assert "Ogni amico ha un solo fan" in page
    assert "mai" in page


def test_how_fresh_is_the_day_of_the_sales_files(shop: Shop, owner: Browser) -> None:
    claim = bought(shop, "340 1112223", on="2026-05-02")
    shop.world.tell(claim, "payable", on="2026-05-08", revenue_cents=12_300)
    page = owner.get("/owner")
    assert "Vendite note fino all’8 maggio 2026" in page.text
    assert "8 maggio 2026, 12:00" in section(page, "fresh")
    assert figures(page)["friends.revenue_cents"] == [12_300]
    assert "1 amico ha comprato, per 123" in page.text


def test_names_and_receipts_are_text_and_never_markup(shop: Shop, owner: Browser) -> None:
    shop.world.invite(NewMember(HOSTILE, HOSTILE, "333 5556667", None, "fan"))
    shop.world.name_fan(HOSTILE, friend="340 1112223", friend_name=HOSTILE, receipt=HOSTILE, operator=HOSTILE)
    shop.world.name_fan(HOSTILE, friend="340 1112224", friend_name=HOSTILE, receipt=HOSTILE, operator=HOSTILE)
    shop.world.name_fan("C2", friend="340 1112224", friend_name=HOSTILE, receipt=HOSTILE, key="again")
    claim = shop.world.value("select public_id from claims limit 1")
    for page in (
        owner.get("/owner"),
        owner.get("/owner?done=<script>"),
        owner.send("/owner/find", {"fan": HOSTILE}, page="/owner"),
        owner.send("/owner/find", {"fan": "anna"}, page="/owner"),
        owner.send("/owner/assign", {"claim": claim, "fan": "a", "reason": HOSTILE}, page="/owner"),
        owner.send("/owner/assign", {"claim": HOSTILE, "fan": HOSTILE, "reason": HOSTILE}, page="/owner"),
    ):
        assert "<b>" not in page.text
        assert "<script" not in page.text


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_owner_is_spoken_to_in_the_shop_s_language(language: str, tmp_path: Path) -> None:
    with open_shop(tmp_path, language=language) as shop:
        page = shop.owner().get("/owner").text
        assert ("Who brings friends" in page) == (language == "en")
        till = shop.till()
        code = shop.world.save("luca@posta.example").coupon_code
        assert verdict(till.finish(till.look_up(code)))[1] == {"it": "Fatto", "en": "Done"}[language]
