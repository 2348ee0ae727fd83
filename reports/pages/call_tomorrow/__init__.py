"""Whom to call tomorrow."""
