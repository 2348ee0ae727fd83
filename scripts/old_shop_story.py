"""What happened in the little shop of ``tests/shops`` until an upgrade, told to whatever code is imported.

``scripts/old_shops.py`` runs it with the code of a commit. It uses the program itself and, for friends and
rewards, the helper of that commit's own tests.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from os import environ
from pathlib import Path
from types import ModuleType
from typing import Any, Final

PROGRAMME: Final = {
    "base_url": '"https://negozio.example"',
    "friend_offer": '"10 € per te"',
    "reward_value": "15.0",
}
"""What the owner changes in clientela.toml; the rest stays as the program of the time wrote it."""


def program(folder: Path, today: str, *words: str) -> str:
    """Run the program of the time on the shop at a day; return what it printed. Findings are no fault."""
    call = [sys.executable, "-m", "clientela.cli", "--shop", str(folder), *words]
    found = subprocess.run(
        call, env={**environ, "CLIENTELA_TODAY": today}, capture_output=True, text=True, check=False
    )
    if found.returncode > 1:
        raise RuntimeError(f"{' '.join(words)}:\n{found.stderr}")
    return found.stdout


def knows(folder: Path, command: str) -> bool:
    """Tell whether the program of the time has a command."""
    return (folder / "cli" / "commands" / command).exists()


def play(folder: Path, files: Path, code: Path) -> None:
    """Make the shop, load two months, write two reports, and bring friends where the code can.

    Args:
        folder: the shop's folder, to be made.
        files: where ``old_shop_files`` has written.
        code: the source tree that is running.
    """
    has_friends = knows(code, "referral")
    call = [sys.executable, "-m", "clientela.cli", "init", str(folder), "--name", "Bottega Prova"]
    subprocess.run(call, check=True, capture_output=True)
    if has_friends:
        _set_programme(folder / "clientela.toml")
    august = [files / name for name in ("customers.csv", "surveys.csv", "orders-2026-08.csv")]
    program(folder, "2026-09-05", "load", *map(str, august), str(files / "order_lines-2026-08.csv"))
    program(folder, "2026-09-05", "report", "--no-pdf")
    if has_friends:
        bring_friends(folder)
    program(folder, "2026-10-03", "load", str(files / "orders-2026-09.csv"))
    program(folder, "2026-10-03", "load", str(files / "order_lines-2026-09.csv"))
    if list(code.glob("**/warehouse/migrations/0002_referral_server.sql")):
        # The commits between the server and this migration could not exchange anything yet.
        program(folder, "2026-10-03", "referral", "sync")
    program(folder, "2026-10-03", "report", "--no-pdf")
    if knows(code, "actions.py"):
        _note_a_call(folder)


def _set_programme(path: Path) -> None:
    """Give the shop an address and the programme its values."""
    text = path.read_text(encoding="utf-8")
    for key, value in PROGRAMME.items():
        text, found = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        assert found == 1, key
    path.write_text(text, encoding="utf-8")


def _note_a_call(folder: Path) -> None:
    """Note that the first of the call list was reached."""
    call = [
        sys.executable,
        "-m",
        "clientela.cli",
        "--shop",
        str(folder),
        "actions",
        "list",
        "--format",
        "csv",
    ]
    env = {**environ, "CLIENTELA_TODAY": "2026-10-03"}
    listed = subprocess.run(call, env=env, capture_output=True, text=True, check=True).stdout.splitlines()
    column = listed[0].split(",").index("customer_id")
    program(folder, "2026-10-03", "actions", "done", listed[1].split(",")[column], "--outcome", "reached")


def _of_then(name: str, *former: str) -> ModuleType:
    """Import a module of the code that is running, which may still have it in a former place."""
    for place in (name, *former):
        with suppress(ModuleNotFoundError):
            return import_module(place)
    raise ModuleNotFoundError(name)


def bring_friends(folder: Path) -> None:
    """Invite three, let friends click, save and buy; one never comes, one is named at the till."""
    try:
        from tests.worlds.exchange_world import Server, at
    except ModuleNotFoundError:  # before the tests' shops had a room of their own
        from exchange_world import Server, at

    click_sums: Any = _of_then("clientela.loyalty.links.click_sums", "clientela.loyalty.click_sums")
    click: Any = _of_then("clientela.loyalty.links.clicks", "clientela.loyalty.clicks").Click
    stores = ("clientela.loyalty.store.opening", "clientela.loyalty.store.sqlite", "clientela.loyalty.store")
    open_store: Any = _of_then(*stores).open_store
    settings = ("clientela.settings.reading", "clientela.settings.shop_settings", "clientela.settings")
    read_settings: Any = _of_then(*settings).read_settings

    fans = ("C00", "C01", "C08")
    chosen = [word for fan in fans for word in ("--customer", fan)]
    program(folder, "2026-09-08", "referral", "invite", *chosen)
    settings = read_settings(folder)
    store = open_store(settings.referral_store)
    try:
        server = Server(settings, store)
        for number in range(6):
            kind, visitor = ("preview", None) if number == 5 else ("person", f"{number // 2:016x}")
            store.record(
                click(
                    f"hit{number}",
                    1,
                    at("2026-09-09") + number,
                    "2026-09-09",
                    kind,
                    visitor,
                    "qr",
                    None,
                    None,
                )
            )
        store.write(click_sums.roll_up)
        saved: dict[str, Any] = {
            name: server.save(fan, f"{name}@posta.example", "2026-09-10", name=name, consent=name == "mara")
            for name, fan in (("luca", "C00"), ("mara", "C00"), ("nora", "C01"), ("otto", "C08"))
        }
        server.save("C01", "luca@posta.example", "2026-09-11", name="luca")
        for name, on, receipt, cents in (
            ("luca", "2026-09-12", "F1", 4500),
            ("mara", "2026-09-14", "F2", 3000),
        ):
            done = server.redeem(saved[name].coupon_code, on, receipt, cents)
            assert done.outcome == "accepted", done
        done = server.attribute("C01", "2026-09-15", "F3", 2000, friend="piero")
        assert done.outcome == "accepted", done
    finally:
        store.close()


if __name__ == "__main__":
    play(*map(Path, sys.argv[1:4]))
