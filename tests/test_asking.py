"""The questions as an owner meets them: at a real terminal, one at a time."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.worlds.program import Run

TILL = """\
Data;Scontrino;Cliente;Tessera;Importo
25/08/2026;1;Anna Bruni;2000001;10,00
26/08/2026;2;VENDITA AL BANCO;;20,00
27/08/2026;3;Irene Fontana;;30,00
29/08/2026;5;Irene Fontana;;50,00
"""


class Terminal:
    """The program at a terminal; everything that it writes is kept."""

    def __init__(self, *words: object) -> None:
        self.text = ""
        self.process, self.end = pty.fork()
        if self.process == 0:
            # Started in the background, a run of the tests ignores Ctrl-C, and so would its children.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            program = [sys.executable, "-m", "clientela.cli", *map(str, words)]
            os.execvp(program[0], program)

    def wait_for(self, text: str) -> None:
        """Read until a text has come after what was read before."""
        started = len(self.text)
        limit = time.monotonic() + 120
        while text not in self.text[started:]:
            ready, _w, _x = select.select([self.end], [], [], 1)
            if ready:
                try:
                    self.text += os.read(self.end, 65536).decode("utf-8", "replace")
                except OSError:
                    break
            assert time.monotonic() < limit, self.text
        assert text in self.text[started:], self.text

    def type(self, text: str) -> None:
        os.write(self.end, text.encode())

    def code(self) -> int:
        """Read to the end; return the exit code."""
        limit = time.monotonic() + 120
        while True:
            assert time.monotonic() < limit, self.text
            if not select.select([self.end], [], [], 1)[0]:
                continue
            try:
                part = os.read(self.end, 65536)
            except OSError:
                break
            if not part:
                break
            self.text += part.decode("utf-8", "replace")
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


@pytest.fixture
def shop(tmp_path: Path, run: Run) -> Path:
    assert run("init", tmp_path / "shop").code == 0
    (tmp_path / "cassa.csv").write_text(TILL, "utf-8")
    return tmp_path / "shop"


def asked(shop: Path, lang: str = "en") -> Terminal:
    return Terminal("--lang", lang, "--shop", shop, "load", shop.parent / "cassa.csv")


def test_an_answer_is_kept_and_the_file_loaded(shop: Path, run: Run) -> None:
    terminal = asked(shop)
    terminal.wait_for("Answer")
    assert "1 name stands alone in “Cliente”, without “Tessera” (receipts: 2)." in terminal.text
    assert "For instance: Irene Fontana" in terminal.text
    terminal.type("7\n")
    terminal.wait_for("Write one of the numbers")
    terminal.type("1\n")
    terminal.wait_for("Load it now?")
    terminal.type("\n")
    assert terminal.code() == 0, terminal.text
    kept = tomllib.loads((shop / "mappings" / "cassa.toml").read_text("utf-8"))
    assert kept["key"] == {
        "document": ["order_id", "year"], "name": True, "nobody": ["VENDITA AL BANCO"],
    }  # fmt: skip
    again = run("load", shop.parent / "cassa.csv", shop=shop)
    assert (again.code, "Answer" in again.err) == (0, False)


def test_enter_is_the_safe_answer(shop: Path) -> None:
    terminal = asked(shop, "it")
    terminal.wait_for("Risposta")
    assert "Basta il nome per dire chi è?" in terminal.text
    terminal.type("\n")
    terminal.wait_for("Lo carico adesso?")
    terminal.type("\n")
    assert terminal.code() == 0, terminal.text
    assert "name" not in tomllib.loads((shop / "mappings" / "cassa.toml").read_text("utf-8"))["key"]


def test_who_says_no_at_the_end_has_loaded_nothing(shop: Path) -> None:
    terminal = asked(shop)
    terminal.wait_for("Answer")
    terminal.type("\n")
    terminal.wait_for("Load it now?")
    terminal.type("no\n")
    assert terminal.code() == 2
    assert "cassa.csv was not loaded." in terminal.text
    assert not (shop / "mappings").exists()


def test_ctrl_c_in_a_question_loads_nothing_and_says_so(shop: Path, run: Run) -> None:
    terminal = asked(shop)
    terminal.wait_for("Answer")
    os.kill(terminal.process, signal.SIGINT)
    assert terminal.code() == 2
    assert "Stopped; nothing was loaded." in terminal.text
    assert "Traceback" not in terminal.text
    assert not (shop / "mappings").exists()
    assert "No sales have been loaded yet." in run("segments", shop=shop).err
