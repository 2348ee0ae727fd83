"""Month ends: what each report said, kept and restated only in the open."""
