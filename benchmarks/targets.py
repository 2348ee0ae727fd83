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

    floors: float | None = None
    """Wall time, in times the floor."""

    bares: float | None = None
    """Wall time, in times the bare table."""

    seconds: float | None = None
    peak_mb: float | None = None

    def in_words(self) -> str:
        """Say the limits for a table."""
        limits = [
            (self.floors, "≤ {:g} × floor"),
            (self.bares, "≤ {:g} × bare"),
            (self.seconds, "≤ {:g} s"),
            (self.peak_mb, "< {:,.0f} MB"),
        ]
        return ", ".join(text.format(limit) for limit, text in limits if limit is not None)

    def reached(self, step: Measured, floor: Measured, bare: Measured) -> bool:
        """Tell whether a step keeps every limit."""
        return (
            (self.floors is None or step.wall_s <= self.floors * floor.wall_s)
            and (self.bares is None or step.wall_s <= self.bares * bare.wall_s)
            and (self.seconds is None or step.wall_s <= self.seconds)
            and (self.peak_mb is None or step.peak_mb < self.peak_mb)
        )


TARGETS: Final = {
    "load": Target(floors=6, bares=3, peak_mb=PEAK_MB),
    "models": Target(floors=3, peak_mb=PEAK_MB),
    "marts": Target(peak_mb=PEAK_MB),
    "history": Target(floors=15, peak_mb=PEAK_MB),
    "measures": Target(floors=5, peak_mb=PEAK_MB),
    "report": Target(seconds=5, peak_mb=250),
}

TIMES_FASTER: Final = 10.0
"""Than either peer, at the summary that it computes."""
