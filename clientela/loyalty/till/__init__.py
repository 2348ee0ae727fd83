"""What the till asks and is told."""
