"""The words of the page, one catalogue per language."""
