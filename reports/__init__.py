"""Read marts, draw, print."""
