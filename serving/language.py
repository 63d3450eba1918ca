"""In which language a question is asked, as `retrieval.language` tells it."""

from retrieval.language import Language, language_of

__all__ = ["Language", "language_of"]
