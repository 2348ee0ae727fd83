"""Fans, and the friends they bring."""
