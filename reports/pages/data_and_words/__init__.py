"""What the data hold, and what the words mean."""
