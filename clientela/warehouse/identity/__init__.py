"""Who may be one person: proposals for the owner, and what the owner has decided."""
