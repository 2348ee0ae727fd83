"""Members, friends and strangers: who they are, how they are reached, and what they agreed to."""
