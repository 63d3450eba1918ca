"""The catalogue: tables, sessions and what is asked of them."""
