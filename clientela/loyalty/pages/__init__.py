"""What the pages of owner and fan show, read from the store."""
