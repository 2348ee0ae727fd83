"""Forget somebody, and know them again only by a mark."""
