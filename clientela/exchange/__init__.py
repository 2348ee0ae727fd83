"""Carry facts between the shop's own data and the referral server's store."""
