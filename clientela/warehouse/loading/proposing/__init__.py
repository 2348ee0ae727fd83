"""A file that nobody has described: what it is, proved by its cells, and what has to be asked."""
