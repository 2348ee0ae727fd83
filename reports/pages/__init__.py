"""The pages of the report: each folder is drawn by the template of the same stem."""
