"""A text file cut into records without losing a byte: encoding, separator, header, cells."""
