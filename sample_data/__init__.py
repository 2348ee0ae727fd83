"""The fictional shop and its generator."""
