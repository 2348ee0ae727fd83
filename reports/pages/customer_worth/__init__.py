"""What a customer is worth: the owner's four questions."""
