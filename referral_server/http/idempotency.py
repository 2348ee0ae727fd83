"""The key of a request that may come twice; what it opens is in ``clientela/loyalty/store/answers.py``."""

from __future__ import annotations

import re
from typing import Final

from clientela.referral_server.http.problems import BadRequestError

KEY_FORM: Final = re.compile(r"[A-Za-z0-9_.:-]{16,128}")
"""Long enough that nobody guesses another's key."""


def checked_key(header: str | None) -> str | None:
    """Return the Idempotency-Key, None where there is none.

    Raises:
        BadRequestError: if it is too short to be random, or holds anything but plain signs.
    """
    if header is None:
        return None
    if not KEY_FORM.fullmatch(header):
        raise BadRequestError(
            "The Idempotency-Key must be 16 to 128 letters, digits or one of _ . : -", "A UUID will do."
        )
    return header
