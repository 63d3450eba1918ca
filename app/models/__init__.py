"""Semantic models on this machine: what there is, what is chosen, how they come here."""
