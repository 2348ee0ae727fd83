"""What each step must reach, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.measure import Measured

PEAK_MB: Final = 4000.0
"""No step may hold more."""


@dataclass(frozen=True)
class Target:
    """The limits of one step; None where there is none."""

    bares: float | None = None
    """Wall time, in times the bare table; the floor reads three times faster than a table can be written."""

    seconds: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None

    def in_words(self) -> str:
        """Say the limits for a table."""
        limits = [
            (self.bares, "≤ {:g} × bare"),
            (self.seconds, "≤ {:g} s"),
            (self.cpu_s, "≤ {:g} s CPU"),
            (self.peak_mb, "< {:,.0f} MB"),
        ]
        return ", ".join(text.format(limit) for limit, text in limits if limit is not None)

    def reached(self, step: Measured, bare: Measured | None = None) -> bool:
        """Tell whether a step keeps every limit."""
        return (
            (self.bares is None or bare is None or step.wall_s <= self.bares * bare.wall_s)
            and (self.seconds is None or step.wall_s <= self.seconds)
            and (self.cpu_s is None or step.cpu_s <= self.cpu_s)
            and (self.peak_mb is None or step.peak_mb < self.peak_mb)
        )


TARGETS: Final = {
    "load_kept": Target(bares=2.3, peak_mb=PEAK_MB),
    "models_kept": Target(bares=0.35, peak_mb=PEAK_MB),
    "load": Target(bares=1.5, peak_mb=PEAK_MB),
    "models": Target(bares=0.75, peak_mb=PEAK_MB),
    "marts": Target(bares=2.2, peak_mb=PEAK_MB),
    "history": Target(bares=2.2, peak_mb=PEAK_MB),
    "measures": Target(bares=1.7, peak_mb=PEAK_MB),
    "report": Target(seconds=4, peak_mb=250),
}

TEXT_PEAK_MB: Final = 1000.0
"""A load of text holds no more, however large the file."""

TEXTS: Final = {
    "plain": Target(bares=1.8, peak_mb=TEXT_PEAK_MB),
    "quoted": Target(bares=2.5, peak_mb=TEXT_PEAK_MB),
    "damaged": Target(bares=4, peak_mb=TEXT_PEAK_MB),
}
"""Loads of the bench file twice over: without quotes, with, and with one record of a hundred damaged."""

ON_THE_DEMO: Final = Target(cpu_s=0.35)
"""A command at the marts' date, starting Python included."""

AT_A_MILLION: Final = {"segments": Target(cpu_s=0.6)}
"""Commands on the made-up shop, at the marts' date."""

DEMO: Final = Target(cpu_s=9)
"""``clientela demo``, from twenty files to page and PDF."""

DEMO_FILE_MB: Final = 15.0
"""The fictional shop's database, when the demo has ended."""

TIMES_FASTER: Final = 10.0
"""Than either peer, at the summary that it computes."""
