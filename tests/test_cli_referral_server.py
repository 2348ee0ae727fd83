"""Two machines: the program speaks to a running server over the network, as an owner would set it up."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clientela.settings.writing import write_settings
from tests.worlds.exchange_world import SALES_OF_A_YEAR, make_shop
from tests.worlds.program import Run

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A server in a process of its own; its folder and its address."""
    folder = tmp_path / "server"
    values = {"base_url": "https://negozio.example"}
    write_settings(folder, name="Bottega", trade="shop", language="it", more={"referral": values})
    program = [sys.executable, "-m", "clientela.cli", "--shop", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        yield folder, running.stdout.readline().strip().rstrip("/")
        running.terminate()
        assert running.wait(timeout=20) == 0


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return


def follow(address: str) -> int:
    """Open a link as a phone would; return the status."""
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, headers={"User-Agent": PHONE}), timeout=10) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.slow
def test_a_click_at_the_server_is_in_the_shop_after_an_exchange(
    server: tuple[Path, str], tmp_path: Path, run: Run
) -> None:
    folder, address = server
    key = run("referral", "key", "new", "--scope", "sync", shop=folder).out.strip()
    till = run("referral", "key", "new", "--scope", "till", shop=folder).out.strip()
    shop = make_shop(tmp_path / "shop", SALES_OF_A_YEAR, server_url=address).folder

    # The server goes by the clock, so the shop does too: after midnight in Rome the fixed day is over.
    today = f"{datetime.now(ZoneInfo('Europe/Rome')):%Y-%m-%d}"

    def ask(*words: str, with_key: str = key) -> Any:
        given = {"CLIENTELA_REFERRAL_KEY": with_key, "CLIENTELA_TODAY": today}
        return run("referral", *words, "--format", "json", shop=shop, **given)

    refused = ask("invite", "--customer", "anna", with_key=till)
    assert (refused.code, refused.out) == (2, "")
    assert "not one of scope sync" in refused.err
    (anna,) = ask("invite", "--customer", "anna").json["invited"]
    assert not (shop / "referral.sqlite").exists()
    assert follow(f"{address}/r/{anna['code']}?c=q") == 302
    assert follow(f"{address}/r/{anna['code']}x") == 404
    for _attempt in range(40):
        came = ask("sync")
        assert came.code == 0
        if came.json["facts"].get("clicks"):
            break
        time.sleep(0.25)
    (link,) = ask("list").json["links"]
    assert (link["customer_id"], link["code"]) == ("anna", anna["code"])
    assert link["clicks"] == {"people": 1, "visitors": 1, "previews": 0, "bots": 0}
    assert ask("sync").json["rows"] == []
