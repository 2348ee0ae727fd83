"""The report grades its own predictions at past month ends."""
