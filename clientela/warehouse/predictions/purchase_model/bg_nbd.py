"""BG/NBD: one may leave after any purchase but the first, so that a one-time buyer counts as alive for ever.

Source: Fader, Hardie & Lee (2005), "Counting your customers the easy way: an alternative to the Pareto/NBD
model".
"""

from __future__ import annotations

from typing import Final

from clientela.warehouse.predictions.purchase_model.families import Family

BG: Final = Family("bg", leaves_after_first=False)
