"""A file as the owner gave it: what it is, what is inside, and its cells where it is no text."""
