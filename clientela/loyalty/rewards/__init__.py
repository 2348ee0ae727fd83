"""Rewards and coupons: what is owed, what may be spent, and every use of them."""
