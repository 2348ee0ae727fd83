"""Erasure in the shop's database: who somebody was goes, what was sold stays in every sum."""
