"""Where the timed work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from clientela.settings.shop_settings import Categories, Settings

HISTORY_START: Final = date(2024, 1, 1)
"""From here to the last day are 24 month ends."""


@dataclass(frozen=True)
class Bench:
    """Where the work is done."""

    csv: Path
    folder: Path
    """The shop's folder."""

    @property
    def settings(self) -> Settings:
        """The shop's settings: every default."""
        return Settings(self.folder)

    @property
    def history_settings(self) -> Settings:
        """The same, with a history of 24 months."""
        return Settings(self.folder, categories=Categories(history_start=HISTORY_START))
