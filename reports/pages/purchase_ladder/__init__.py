"""The purchase ladder: from the first purchase to the fourth."""
