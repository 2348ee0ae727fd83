"""Every record once: its texts read as values, its faults beside them, the refused ones kept."""
