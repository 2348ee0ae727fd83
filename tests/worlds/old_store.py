"""A referral store as the code before the comparison keys left it, and what had happened there.

``stores/0001.sql`` is the dump of a store made with that code. Anna is C1, Carlo C2, Dora C3.

- Luca came to Anna as luca.verdi@gmail.com (reward handed over) and as lucaverdi+due@gmail.com (approved),
  and to Carlo as l.ucaverdi@googlemail.com (saved only).
- Nina's contact stood with Anna first, then she showed Carlo's coupon: Anna's reward is approved.
- Mara's phone came in two spellings, to Anna and to Carlo: both are held.
- Piero's contact stood with Anna first; he followed Carlo's link and showed its coupon: Anna's is held.
- Dora's friend is a sale of 5 May that was entered on the 25th: approved at once, as that code did.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

DUMP = Path(__file__).parent.parent / "stores" / "0001.sql"


def write_old_store(path: Path) -> None:
    """Make the store of the dump."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(DUMP.read_text("utf-8"))
        db.execute("pragma journal_mode = wal")
