"""Sound records into the raw tables: new, unchanged, corrected; and the account of all."""
