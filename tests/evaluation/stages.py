"""The steps of a search that can be left out, in the order in which they are told."""

from collections.abc import Mapping

from retrieval.search_settings import SearchSettings

STAGES: Mapping[str, SearchSettings] = {
    "words": SearchSettings(translations=False, synonyms=False, wishes=False, rerank=False),
    "+ dictionary": SearchSettings(synonyms=False, wishes=False, rerank=False),
    "+ glossary": SearchSettings(wishes=False, rerank=False),
    "+ wishes": SearchSettings(rerank=False),
    "+ reranker": SearchSettings(),
}
"""Each stage with those before it; the last is what a search does."""
