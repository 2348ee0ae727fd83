"""Time, processor time and peak memory of one piece of work in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

CORES: Final = 2
"""Every step has so many, however many the machine has."""

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "benchmarks" / "work"
"""Where the files are, unless another folder is named; never committed."""


@dataclass(frozen=True)
class Measured:
    """What one step cost."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    """Largest resident size of the whole process, in 10^6 bytes."""

    detail: dict[str, Any] = field(default_factory=dict)


class Clock:
    """Run while the work is done; starting Python and importing stay outside."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = 0.0

    def __enter__(self) -> Clock:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall_s += time.perf_counter() - self._wall
        self.cpu_s += time.process_time() - self._cpu

    def report(self, detail: dict[str, Any]) -> None:
        """Print the result for ``in_fresh_process`` to read."""
        print(json.dumps(asdict(Measured(self.wall_s, self.cpu_s, peak_mb(), detail))))


def peak_mb() -> float:
    """Return the largest resident size of this process so far, in 10^6 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def use_two_cores() -> None:
    """Keep this process to two cores where the system can; call before DuckDB is imported."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def in_fresh_process(module: str, *arguments: str, python: str = sys.executable) -> Measured:
    """Run a module that reports one measurement on its last line.

    Raises:
        RuntimeError: if it fails; says what it printed last.
    """
    ran = subprocess.run(
        [python, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{ran.stderr[-2000:]}")
    return Measured(**json.loads(ran.stdout.splitlines()[-1]))


def middle(runs: list[Measured]) -> Measured:
    """Return the median of each figure; memory is the worst of them."""
    return Measured(
        median(run.wall_s for run in runs),
        median(run.cpu_s for run in runs),
        max(run.peak_mb for run in runs),
        {**runs[-1].detail, "wall_s_of_each": [run.wall_s for run in runs]},
    )
