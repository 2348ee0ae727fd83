"""Names of files as they are shown: one line, whatever stands in them."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(name: str) -> str:
    """Return a name without what would break a line or turn its letters around."""
    return _UNSEEN.sub("�", name)


def inside(container: str, member: str) -> str:
    """Return the name of something inside a file, as ``fatture.zip: IT01.xml``."""
    return f"{container}: {shown(member)}"
