"""Report sections: each reads what its template of the same stem draws."""
