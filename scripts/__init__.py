"""Chores of those who work on clientela."""
