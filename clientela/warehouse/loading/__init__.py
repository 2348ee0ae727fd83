"""The loading pipeline: open, split, map, stage, validate, merge; one stage, one file."""
