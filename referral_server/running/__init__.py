"""Run the server: listen, keep copies, count, log, and finish cleanly."""
