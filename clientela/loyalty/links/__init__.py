"""Links and codes: each member's address to pass on, who follows it, and what the clicks add up to."""
