"""Build the tables that pages and commands read: which models, in which order, for which date."""
