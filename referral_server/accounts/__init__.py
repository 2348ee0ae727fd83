"""Who may do what: the owner's password, the sessions, the keys of tills and machines."""
