"""The catalogue in SQL: what exists, what was asked of it, and its migrations."""
