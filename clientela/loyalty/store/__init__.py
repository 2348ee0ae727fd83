"""Where links, friends, claims and rewards are kept: one small interface, a file behind it."""
