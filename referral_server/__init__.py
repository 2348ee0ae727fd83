"""The pages on the web: for friends, for fans, at the till and for the owner."""
