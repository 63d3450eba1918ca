"""Chunk and query types, the index, and the steps from a question to its passages."""
