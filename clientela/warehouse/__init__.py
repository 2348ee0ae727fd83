"""Sales in, marts out: the analytic store, one DuckDB file per shop."""
