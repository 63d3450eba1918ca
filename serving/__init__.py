"""Answers out: the language model, its prompts, and citations that hold."""
