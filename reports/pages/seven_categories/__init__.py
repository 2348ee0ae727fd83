"""The seven categories."""
