"""Whose request it is cannot be written into a header by a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientela.referral_server.http import client_address
from tests.worlds.served import open_shop

PROXY = "10.0.0.2"
TRUSTED = ("10.0.0.0/24", "fd00::/64")

TABLE = [
    # (who connects, X-Forwarded-For, whose request it is)
    ("203.0.113.9", None, "203.0.113.9"),
    ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
    ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
    (PROXY, "198.51.100.7", "198.51.100.7"),
    (PROXY, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
    (PROXY, "127.0.0.1, 198.51.100.7", "198.51.100.7"),
    (PROXY, "1.2.3.4,198.51.100.7,10.0.0.9", "198.51.100.7"),
    (PROXY, "10.0.0.77, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
    (PROXY, "10.0.0.8, 10.0.0.9", "10.0.0.8"),
    (PROXY, None, PROXY),
    (PROXY, "", PROXY),
    (PROXY, "unknown", PROXY),
    (PROXY, "198.51.100.7, garbage", PROXY),
    (PROXY, "198.51.100.7, garbage, 10.0.0.9", "10.0.0.9"),
    (PROXY, "198.51.100.7:4711", "198.51.100.7"),
    (PROXY, "[2001:db8::7]:4711", "2001:db8::7"),
    (PROXY, '"198.51.100.7"', "198.51.100.7"),
    (PROXY, "::ffff:198.51.100.7", "198.51.100.7"),
    (PROXY, "198.51.100.7\x00", PROXY),
    (PROXY, ",".join(["10.0.0.9"] * 500), "10.0.0.9"),
    ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ("::ffff:10.0.0.2", "198.51.100.7", "198.51.100.7"),
    ("", "198.51.100.7", "0.0.0.0"),
    ("not an address", "198.51.100.7", "0.0.0.0"),
]


@pytest.mark.parametrize(("peer", "header", "expected"), TABLE)
def test_only_what_trusted_proxies_wrote_is_believed(peer: str, header: str | None, expected: str) -> None:
    environ: dict[str, Any] = {"REMOTE_ADDR": peer}
    if header is not None:
        environ["HTTP_X_FORWARDED_FOR"] = header
    client = client_address.of(environ, client_address.networks(TRUSTED))
    assert str(client.address) == expected


@pytest.mark.parametrize(
    "name", ["FORWARDED", "X_REAL_IP", "CLIENT_IP", "TRUE_CLIENT_IP", "X_FORWARDED_HOST", "X_ORIGINAL_URL"]
)
def test_no_other_header_says_whose_request_it_is(name: str) -> None:
    environ = {"REMOTE_ADDR": PROXY, f"HTTP_{name}": "198.51.100.7"}
    client = client_address.of(environ, client_address.networks(TRUSTED))
    assert str(client.address) == PROXY


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("127.0.0.1", "127.0.0.0/24"),
    ],
)
def test_a_limit_counts_by_network(address: str, expected: str) -> None:
    client = client_address.of({"REMOTE_ADDR": address}, ())
    assert client.prefix == expected


def test_no_library_behind_the_door_sees_a_forwarding_header(tmp_path: Path) -> None:
    with open_shop(tmp_path, trusted_proxies=["10.0.0.0/24"]) as shop:
        environ: dict[str, Any] = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": "198.51.100.7"}
        for name in client_address.FORWARDING:
            environ.setdefault(name, "evil.example")
        seen: dict[str, Any] = {}
        site = shop.site
        before = site.render

        def watch(template: str, language: str, /, **values: Any) -> str:
            from bottle import request

            seen.update(request.environ)
            return before(template, language, **values)

        site.render = watch  # type: ignore[method-assign]
        assert shop.ask("/", **environ).status_code == 200
    assert seen["clientela.client"].address == client_address.read("198.51.100.7")
    assert client_address.FORWARDING.isdisjoint(seen)


@pytest.mark.parametrize(
    ("environ", "with_key", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, False, 200),
        ({"REMOTE_ADDR": "::1"}, False, 200),
        ({"REMOTE_ADDR": "10.0.0.7"}, False, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, False, 401),
        ({"REMOTE_ADDR": "203.0.113.9"}, True, 200),
        # A proxy on this machine that nobody told us of must not open the numbers to the world.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, False, 401),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.9"}, False, 401),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False, 401),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, True, 200),
    ],
)
def test_the_numbers_are_for_this_machine_its_networks_and_a_sync_key(
    environ: dict[str, str], with_key: bool, status: int, tmp_path: Path
) -> None:
    with open_shop(tmp_path, trusted_proxies=["10.0.0.0/24"]) as shop:
        key = {"HTTP_AUTHORIZATION": shop.key()["Authorization"]} if with_key else {}
        assert shop.ask("/metrics", **environ, **key).status_code == status


@pytest.mark.parametrize(
    ("trusted", "peer", "warnings"),
    [([], "127.0.0.1", 1), ([], "10.0.0.2", 1), ([], "8.8.8.8", 0), (["127.0.0.1"], "127.0.0.1", 0)],
)
def test_the_log_says_once_that_a_proxy_of_ours_is_not_trusted(
    trusted: list[str], peer: str, warnings: int, tmp_path: Path
) -> None:
    with open_shop(tmp_path, trusted_proxies=trusted) as shop:
        for _visit in range(3):
            shop.ask("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="198.51.100.7")
        assert [line.get("event") for line in shop.lines()].count("untrusted proxy") == warnings
