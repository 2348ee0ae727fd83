"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Final

PACKAGES: Final = ("duckdb", "weasyprint")


def _first(path: str, word: str) -> str | None:
    """Return what stands after a word and a colon in a file of the system."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(word)), None)


def machine() -> str:
    """Return processor, cores, memory and system in one line."""
    processor = _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    memory = _first("/proc/meminfo", "MemTotal")
    size = f"{int(memory.split()[0]) / 1024**2:.0f} GiB of memory" if memory else "memory unknown"
    return f"{processor}, {os.cpu_count()} cores, {size}, {platform.system()}"


def versions() -> str:
    """Return the versions that matter in one line."""
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    )
