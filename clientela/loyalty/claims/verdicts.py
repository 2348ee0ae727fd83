"""What the sales files say of a claim, one word each; ``marts.referral_outcomes`` gives them."""

from __future__ import annotations

from typing import Final

VERDICTS: Final = (
    "waiting",
    "payable",
    "existing_customer",
    "out_of_window",
    "other_referrer",
    "self",
    "circle",
    "refunded",
    "late_claim",
    "rejected",
)

PAID: Final = frozenset({"payable", "refunded"})
"""They name a claim as the one that counts."""

DATED: Final = PAID | {"waiting", "other_referrer", "out_of_window"}
"""Their first purchase came after somebody's claim."""

DENIED: Final = frozenset({"self", "existing_customer", "circle", "out_of_window", "late_claim"})
"""They say that a claim counts for no purchase; ``other_referrer`` only repeats who is paid."""

SILENT: Final = frozenset({None, "waiting", "rejected"})
"""They say nothing: ``rejected`` only repeats what the server told the files."""

STALE: Final = frozenset({"other_referrer"})
"""The owner's later word overrules them, or the rank of what stands behind the claims."""
