"""How fast the warehouse is, beside the least that could be done and beside other people's libraries."""
