"""One made-up person through every part of the product, on real files, the real program and a real server."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from clientela.settings.writing import write_settings
from tests.worlds.program import answer

NAME, PHONE, MAIL = "Zelinda Quaresmini", "+393471987654", "zelinda.q@posta.example"
STREET = "Vicolo Ombroso 17"
WHO = (NAME, "Quaresmini Zelinda", "3471987654", MAIL, STREET)
FAN, OTHER = "Z77", "U12"

CUSTOMERS = f"""\
customer_id,name,email,phone,address,city,created_at,status_note,referred_by
Z77,{NAME},{MAIL},347 198 7654,{STREET},Treviso,2025-01-05,,
U12,Ugo Valli,ugo@posta.example,340 1112223,,Treviso,2025-01-06,cousin of Quaresmini Zelinda,
A03,Ada Neri,ada@posta.example,,,Treviso,2025-02-06,,{MAIL}
"""

ORDERS = f"""\
order_id,customer_id,email,phone,customer_name,order_date,net_amount
{"".join(f"{n},Z77,,,{NAME},2026-{n:02}-03,40.00{chr(10)}" for n in range(1, 10))}\
{"".join(f"{n + 20},U12,,,Ugo Valli,2026-{n:02}-09,25.00{chr(10)}" for n in range(1, 10))}\
40,,{MAIL},,,2026-08-20,12.50
41,,,0039 347 198 7654,ZELINDA QUARESMINI,2026-08-21,3.50
42,Z77,,,{NAME},31/31/2026,40.00
43,,,,"Quaresmini, Zelinda (tel. 347-198.76.54)",nonsense,1.00
44,A03,,,Ada Neri,2026-09-02,19.00
"""

# It goes further than the file before, for of two versions of a document the newer file's stands.
CORRECTED = f"""\
order_id,customer_id,email,phone,customer_name,order_date,net_amount
1,Z77,,,{NAME},2026-01-03,41.00
50,,,,,2026-09-10,2.00
"""

SURVEYS = f"""\
response_id,ts,customer_id,email,score_0_10,reason
r1,2026-06-01 10:00:00,Z77,,10,call me at 3471987654
r2,2026-06-02 10:00:00,U12,,9,sent by {NAME}
"""


class Story:
    """The shop folder, the program and the server, as an owner has them."""

    def __init__(self, folder: Path) -> None:
        """Make the shop folder and, beside it, the files of the till software."""
        self.shop, self.files = folder / "shop", folder / "files"
        self.files.mkdir()
        write_settings(
            self.shop,
            name="Bottega Alba",
            trade="shop",
            language="en",
            more={
                "referral": {"base_url": "https://negozio.example", "friend_offer": "10 € for you"},
                "retention": {"backups_days": 30, "reports_days": 365},
            },
        )
        for name, text in (
            ("customers", CUSTOMERS), ("orders", ORDERS), ("corrected", CORRECTED), ("surveys", SURVEYS)
        ):  # fmt: skip
            (self.files / f"{name}.csv").write_text(text, encoding="utf-8")

    def run(self, *words: str, expect: tuple[int, ...] = (0,), given: str | None = None) -> str:
        """Run the program; return its standard output."""
        found = answer(*words, shop=self.shop, given=given)
        assert found.code in expect, (words, found.code, found.err)
        assert "Traceback" not in found.err, found.err
        self.err = found.err
        return found.out

    def load(self, *names: str) -> None:
        """Load files; what is quarantined is no failure."""
        self.run("load", *(str(self.files / f"{name}.csv") for name in names), expect=(0, 1))

    @contextlib.contextmanager
    def serving(self) -> Iterator[Web]:
        """Serve the shop in a process of its own, its log in the shop folder."""
        with (self.shop / "server.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "clientela.cli", "--shop", str(self.shop), "serve", "--port", "0"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        watchdog = threading.Timer(180, process.kill)
        watchdog.start()
        try:
            yield Web(process.stdout.readline().strip().rstrip("/"))
        finally:
            watchdog.cancel()
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            process.stdout.close()


class Web:
    """A browser and a client of the API."""

    def __init__(self, address: str) -> None:
        """Keep the address; no cookie yet."""
        assert address.startswith("http://127.0.0.1:"), address
        self.address, self.cookies = address, {}  # type: ignore[var-annotated]

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Ask once; return status and text. A redirect is followed by nobody."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = urllib.request.Request(self.address + path, body, sent)
        try:
            answer = urllib.request.build_opener(_Stay()).open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            self.location = answer.headers.get("Location", "")
            return int(answer.status or 0), answer.read().decode("utf-8", "replace")

    def form(self, path: str, **typed: str) -> int:
        """Open a page, fill in its form and send it."""
        fields = hidden(self.ask(path)[1])
        body = urlencode({**fields, **typed}).encode()
        return self.ask(path, body, Content_Type="application/x-www-form-urlencoded")[0]

    def queue(self, *items: dict[str, Any]) -> list[str]:
        """Send what a till kept."""
        page = self.ask("/t")[1]
        found = re.search(r'data-csrf="([^"]+)"', page)
        token = hidden(page).get("csrf") or (found[1] if found else "")
        body = json.dumps({"items": items}).encode()
        status, text = self.ask("/t/queue", body, Content_Type="application/json", X_CSRF_Token=token)
        assert status == 200, (status, text)
        self.results = json.loads(text)["results"]
        return [row["outcome"] for row in self.results]

    def api(self, key: str, body: dict[str, Any], once: str) -> int:
        """Call the API of the other machine."""
        content = json.dumps(body).encode()
        return self.ask(
            "/api/members",
            content,
            Content_Type="application/json",
            Authorization=f"Bearer {key}",
            Idempotency_Key=once,
        )[0]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


BRING = {
    "members": [
        {"customer_id": FAN, "name": NAME, "phone": PHONE, "email": MAIL, "category": "fan", "consents": []}
    ]
}


class Played:
    """All of it until she asks: what happened stands here for the tests that play it again."""

    def __init__(self, story: Story) -> None:
        """Play it."""
        self.story = story
        story.load("customers", "orders", "corrected", "surveys")
        story.run("report", "--month", "2026-09")
        self.codes: dict[str, str] = {}
        self._invite(OTHER)
        self.sync_key = story.run("referral", "key", "new", "--scope", "sync").strip()
        till_key = story.run("referral", "key", "new", "--scope", "till").strip()
        self.once, self.sale = str(uuid.uuid4()), str(uuid.uuid4())
        with story.serving() as web:
            self._on_the_web(web, till_key)
            story.run("referral", "sync")
            self.exchange = story.shop / "exchange"
            story.run("referral", "sync", "--folder", str(self.exchange))
            self.old_parcels = shutil.copytree(self.exchange, story.files / "parcels")
            story.run("referral", "carry", str(self.exchange))
            story.run("referral", "sync", "--folder", str(self.exchange))
            self.copy = Path(story.run("referral", "backup").strip())
        self.numbers = self.all_numbers()

    def _on_the_web(self, web: Web, till_key: str) -> None:
        """She is Ugo's friend by form and by till, brings a friend, and is refused now and then."""
        assert web.form(f"/i/{self.codes[OTHER]}", name=NAME, contact="347 198 7654", consent="1") == 303
        assert web.form(f"/i/{self.codes[OTHER]}", name=NAME, contact="347 not a number") >= 400
        assert web.form("/t/enrol", till_key=till_key) == 303
        self.item = {
            "key": self.sale,
            "at": int(time.time() * 1000) - 60_000,
            "said": "ugo valli",
            "digits": "223",
            "friend": MAIL,
            "receipt": "77",
            "amount": "30",
        }
        assert web.queue(self.item) == ["accepted"], web.results
        self._invite(FAN)
        assert web.form(f"/i/{self.codes[FAN]}", name="Terzo Bo", contact="terzo@posta.example") == 303
        assert web.api(self.sync_key, BRING, self.once) == 200
        assert web.api("cl_wrong_key", BRING, str(uuid.uuid4())) == 401
        assert web.api(self.sync_key, {"members": [{"name": NAME, MAIL: PHONE}]}, str(uuid.uuid4())) == 422
        web.ask(f"/r/{self.codes[FAN]}?who={MAIL}")
        web.ask(f"/{NAME.replace(' ', '%20')}")
        web.ask("/me/" + self.page.rpartition("/")[2])

    def _invite(self, customer: str) -> None:
        answer = self.story.run("referral", "invite", "--customer", customer, "--format", "json")
        (row,) = json.loads(answer)["invited"]
        self.codes[customer], self.page = row["code"], row["page"]

    def all_numbers(self) -> dict[str, Any]:
        """Return what counts and sums say, of today and of what reports said."""
        segments = json.loads(self.story.run("segments", "--format", "json"))
        sums = self.story.run(
            "sql",
            "--format",
            "json",
            "select count(*) n, sum(net_amount) total, count(distinct customer_id) ids from raw.orders "
            "union all by name select count(*) n, sum(revenue_12m) total, count(distinct customer_id) ids "
            "from history.category_snapshots union all by name select count(*) n, sum(expected_sales) total, "
            "count(distinct customer_id) ids from history.predictions union all by name "
            "select count(*) n, sum(amount) total, 0 ids from meta.refused_records",
        )
        return {"segments": segments, "sums": sums}
