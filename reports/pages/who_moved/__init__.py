"""Who moved between the categories."""
