"""The shop's settings: ``clientela.toml``, its keys, their values, and what the engine may take."""
