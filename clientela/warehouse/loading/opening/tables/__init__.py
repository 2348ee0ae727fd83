"""Files that have cells of their own: sheets, web pages, JSON, Parquet."""
