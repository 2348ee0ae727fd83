"""Who a shop's customers really are, from the sales files that it has."""
