"""Claims: who says that a friend came through whom, what proves it, and who is paid."""
