"""The measures: each number's name, unit and definition."""
