"""The month in one minute."""
