"""Records that wait for the owner: kept cell by cell, handed out in a workbook, taken back corrected."""
