"""The models of buying: published methods, one a file."""
