"""Records proven from the bytes of a file, many at once; the copy and the index that come of it."""
