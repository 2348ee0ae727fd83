"""One page, one file; what is public is listed by hand in ``app.py``."""
