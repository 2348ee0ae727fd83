"""The environment of the peers, and what they need for the summary that both sides compute."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from benchmarks.measure import Measured, in_fresh_process, middle
from benchmarks.orders import LAST_DAY

NAMES: Final = ("lifetimes", "pymc-marketing")
REQUIREMENTS: Final = Path(__file__).with_name("peers.txt")


def environment(folder: Path) -> Path:
    """Return the Python of the peers' environment; make it where it is missing or out of date.

    Raises:
        RuntimeError: if pip cannot install them.
    """
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    python = folder / scripts / "python"
    made_from = folder / "made_from.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if made_from.exists() and made_from.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ran = subprocess.run([*pip, "-r", str(REQUIREMENTS)], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"The peers cannot be installed:\n{ran.stderr[-2000:]}")
    made_from.write_text(wanted, encoding="utf-8")
    return python


def measure(python: Path, csv: Path, repeats: int) -> dict[str, Measured]:
    """Return what each peer needs from the file to the summary; ``summary_s`` is without reading."""
    return {
        name: middle(
            [
                in_fresh_process("benchmarks.peer_summary", name, str(csv), str(LAST_DAY), python=str(python))
                for _ in range(repeats)
            ]
        )
        for name in NAMES
    }
