"""One command, one file, found by its name."""
