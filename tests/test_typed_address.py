"""Addresses with what was written right behind them: a full stop, a bracket, a blank, an invisible sign."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.loyalty.links import codes
from clientela.loyalty.links.codes import Code
from clientela.referral_server.http import typed_address
from tests.worlds import followed_links
from tests.worlds.served import Shop, open_shop, serving

PHONE = {"User-Agent": followed_links.PHONE}
WHATSAPP = {"User-Agent": "WhatsApp/2.24.20.89 A"}

BEHIND = [*".,)!»”…;:?'>]}*_~/\"-", " ", "\u00a0", "\t", "\r\n", "\u200b", "\u200d", "\ufeff", "\u2060"]
"""What stands behind a link in a message: signs, blanks that are seen and blanks that are not."""

BEFORE = ["(", "«", "“", "<", "[", "\u200b", "\u200e", "\u00a0", " ", "*"]

around = st.lists(st.sampled_from([*BEHIND, "\ufe0f", "👍", "\u202c"]), min_size=1, max_size=6).map("".join)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


def clicks(shop: Shop) -> list[tuple[str, int | None, str | None]]:
    """Return every click: its kind, its link and the way it was handed over."""
    rows = shop.world.all("select kind, link_id, channel from clicks order by click_id")
    return [(row["kind"], row["link_id"], row["channel"]) for row in rows]


@pytest.mark.parametrize("sign", BEHIND)
def test_a_sign_behind_a_link_leads_where_the_link_leads_and_counts_once(shop: Shop, sign: str) -> None:
    link, before = shop.world.link(), clicks(shop)
    answer = shop.get(f"/r/{link.code}{quote(sign, safe='')}?c=w", headers=PHONE)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/i/{link.code}?k=")
    assert shop.get(answer.headers["Location"]).status_code == 200
    assert clicks(shop)[len(before) :] == [("person", link.link_id, "whatsapp")]


@pytest.mark.parametrize("sign", BEFORE)
def test_a_sign_before_a_code_leads_where_the_link_leads(shop: Shop, sign: str) -> None:
    code = shop.world.link().code
    assert shop.get(f"/r/{quote(sign, safe='')}{code}").headers["Location"].startswith(f"/i/{code}?k=")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(before=st.sampled_from(["", *BEFORE]), behind=around)
def test_whatever_stands_around_a_link_it_leads_to_the_friends_page_and_nowhere_else(
    shop: Shop, before: str, behind: str
) -> None:
    code = shop.world.link().code
    for path in (f"/r/{quote(before + code + behind)}", f"/r/{code}?c=q{quote(behind, safe='')}"):
        seen = len(clicks(shop))
        answer = shop.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].partition("?")[0] == f"/i/{code}"
        assert len(clicks(shop)) == seen + 1
    assert shop.get(f"/i/{quote(before + code + behind)}").status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(before=st.sampled_from(["", *BEFORE]), behind=around)
def test_the_pages_of_fan_and_friend_open_with_what_stands_behind_their_address(
    shop: Shop, before: str, behind: str
) -> None:
    token = shop.world.tokens["C1"]
    assert shop.get(f"/me/{quote(before + token + behind)}").status_code == 200
    saved = shop.world.save("333 9876543", form="the same form").token
    assert shop.get(f"/mine/{quote(before + saved + behind)}").status_code == 200


@pytest.mark.parametrize("secret", ["-" * 22, "_abcdefghijklmnopqrst-", "abcdefghijklmnopqrst_-"])
def test_a_secret_that_ends_with_a_dash_of_its_own_keeps_it(secret: str) -> None:
    for path in (secret, f"{secret}.", f"{secret}_", f"{secret}-_.", f"*{secret}*"):
        assert typed_address.plain(f"/me/{path}") == f"/me/{secret}"


def test_a_preview_of_a_link_with_a_full_stop_is_a_preview(shop: Shop) -> None:
    link, before = shop.world.link(), clicks(shop)
    answer = shop.get(f"/r/{link.code}.", headers=WHATSAPP)
    assert (answer.status_code, "og:title" in answer.text) == (200, True)
    assert clicks(shop)[len(before) :] == [("preview", link.link_id, None)]


def test_an_unknown_code_with_a_sign_behind_it_answers_as_without(shop: Shop) -> None:
    plain, dotted, blank = (shop.get(f"/r/nobody{end}") for end in ("", ".", "%C2%A0"))
    assert {each.status_code for each in (plain, dotted, blank)} == {404}
    assert plain.text == dotted.text == blank.text
    assert dict(plain.headers) == dict(dotted.headers) == dict(blank.headers)


@pytest.mark.parametrize(
    "path",
    [
        "{code}/../owner",
        "{code}//evil.example",
        "{code}%0d%0aSet-Cookie:%20a=b",
        "{code}%00",
        "{code}.evil",
        "{code}%c3%a8",
        "{code}%5c%5cevil.example",
        "https://evil.example/{code}",
    ],
)
def test_words_behind_a_link_and_control_signs_are_no_link(shop: Shop, path: str) -> None:
    answer = shop.get(f"/r/{path.format(code=shop.world.link().code)}")
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@given(before=st.sampled_from(["", *BEFORE]), name=st.sampled_from(["", "MARIO "]), behind=around)
def test_a_code_typed_at_the_till_is_read_with_whatever_stands_around_it(
    before: str, name: str, behind: str
) -> None:
    short, coupon = codes.new_short_code(), codes.new_coupon_code()
    assert codes.read_code(f"{before}{name}{codes.printed(short)}{behind}") == Code("short", short)
    assert codes.read_code(f"{before}{codes.printed(coupon)}{behind}") == Code("coupon", coupon)


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_both_servers_lead_on_from_a_link_with_signs_behind_it(tmp_path: Path, server: str) -> None:
    if server == "granian":
        pytest.importorskip("granian", reason="the faster server is not installed")
    with serving(tmp_path, "--server", server) as running:
        for end in (".", "%20", "%C2%A0", "%E2%80%8B", "...%29", "%0A", "%E2%80%9D"):
            said = running.get(f"/r/{running.code}{end}").decode("latin-1")
            assert said.startswith("HTTP/1.1 302"), end
            assert f"/i/{running.code}?k=" in said


@pytest.mark.parametrize("filler", ["_", "-", "a-", "_a", "."])
def test_a_path_made_to_take_long_is_looked_at_quickly(filler: str) -> None:
    """A thousandth of a second of one core at most, ten times what the longest honest path takes."""
    for prefix in ("/me/", "/r/"):
        path = prefix + (filler * 600)[: typed_address.LONGEST - 10] + "\u00c3\u00a9x"
        began = time.process_time()
        for _time in range(50):
            assert typed_address.plain(path) == path
        assert time.process_time() - began < 50 * 0.001
