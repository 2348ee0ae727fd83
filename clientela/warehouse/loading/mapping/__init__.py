"""Which column is which field, how its values are written, and what has to be asked."""
