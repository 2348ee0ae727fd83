"""The report grades its own predictions."""
