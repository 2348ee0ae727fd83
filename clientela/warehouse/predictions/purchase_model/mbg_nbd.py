"""MBG/NBD: one may leave after any purchase, the first one included.

Source: Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models for customer
base analysis", and Hoppe & Wagner (2007), "Customer base analysis: the case for a central variant of the
Betageometric/NBD model", both of which let customers leave right after the first purchase.
"""

from __future__ import annotations

from typing import Final

from clientela.warehouse.predictions.purchase_model.families import Family

MBG: Final = Family("mbg", leaves_after_first=True)
