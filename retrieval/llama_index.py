"""Our retrieval as parts of a LlamaIndex program. One of the three doors to `llama_index`.

Nothing of Footnote imports this module: it is for programs that build on LlamaIndex.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.bridge.pydantic import Field
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)
from pydantic import SkipValidation

from retrieval.chunk import Chunk, Kind
from retrieval.hit import Hit
from retrieval.lexical import LexicalEncoder, number, terms
from retrieval.lexical_rerank import LightReranker
from retrieval.passage import Passage
from retrieval.question import Question, Translations, read_question
from retrieval.reranker import Reranker
from retrieval.retrieved import Searcher
from retrieval.span import Span

NOT_READ = ("note_id", "start", "end", "kind")
"""Metadata for programs: neither embedded nor shown to a model."""
_NAMING = ("note", "title", "file_name", "heading", "header_path", "when", "speakers")
"""Metadata that names a node, ours and that of LlamaIndex's own readers."""
_NO_NOTE = UUID(int=0)


class PassageRetriever(BaseRetriever):
    """A LlamaIndex retriever over `retrieval.retriever.Retriever`.

    Each node is a passage. Its metadata cite it: ``note`` (path), ``note_id``, ``start`` and
    ``end`` (code points of the note's text), ``heading``, ``kind``, ``when``, ``speakers``.
    """

    def __init__(self, searcher: Searcher, limit: int = 8, *, off_topic: bool = False) -> None:
        """Retrieve through ``searcher``.

        Args:
            searcher: Finds the passages.
            limit: Most nodes to return.
            off_topic: Whether the nearest passages come back, too, for a question on which the
                notes do not bear at all, or that a cross-encoder finds unanswered. Otherwise it
                finds nothing.
        """
        super().__init__()
        self._searcher = searcher
        self._limit = limit
        self._off_topic = off_topic

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._searcher.retrieve(query_bundle.query_str, self._limit)
        if not ((found.on_topic and found.answered) or self._off_topic):
            return []
        return [
            NodeWithScore(node=_node(passage), score=passage.score) for passage in found.passages
        ]


class LexicalReranker(BaseNodePostprocessor):
    """A LlamaIndex postprocessor that orders nodes by one of our rerankers.

    It needs no index: a term is as rare as it is among the nodes. The nodes may come from any
    retriever; their scores are replaced by ones in 0..1.
    """

    top_n: int = Field(default=8, ge=1, description="Most nodes to return.")
    dictionary: SkipValidation[Translations | None] = Field(
        default=None, exclude=True, description="Translates words of the question."
    )

    reranker: SkipValidation[Reranker] = Field(
        default_factory=LightReranker,
        exclude=True,
        description="Orders the nodes; the light one needs no model.",
    )

    @classmethod
    def class_name(cls) -> str:
        """Return the name that LlamaIndex serialises."""
        return "LexicalReranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None or not nodes:
            return nodes[: self.top_n]
        question = read_question(query_bundle.query_str, "", self.dictionary or _NoTranslations())
        chunks = [_chunk(place, each.node) for place, each in enumerate(nodes)]
        ranked = self.reranker.rerank(question.text, *_scored(question, chunks))
        return [
            NodeWithScore(node=nodes[hit.chunk.ordinal].node, score=hit.final)
            for hit in ranked[: self.top_n]
        ]


class _NoTranslations:
    """Translates nothing."""

    def chinese(self, english: str) -> tuple[str, ...]:
        """Return nothing."""
        del english
        return ()

    def english(self, chinese: str) -> tuple[str, ...]:
        """Return nothing."""
        del chinese
        return ()


def _node(passage: Passage) -> TextNode:
    span = passage.span
    return TextNode(
        id_=str(uuid5(passage.note_id, f"{span.start}:{span.end}")),
        text=passage.text,
        start_char_idx=span.start,
        end_char_idx=span.end,
        metadata={
            "note": passage.path,
            "note_id": str(passage.note_id),
            "start": span.start,
            "end": span.end,
            "heading": passage.heading,
            "kind": passage.kind.value,
            "when": passage.when,
            "speakers": ", ".join(passage.speakers),
        },
        excluded_embed_metadata_keys=list(NOT_READ),
        excluded_llm_metadata_keys=list(NOT_READ),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=str(passage.note_id))},
    )


def _chunk(place: int, node: BaseNode) -> Chunk:
    """Read a node of any origin as a chunk; its ordinal is its place among the nodes."""
    text = node.get_content(MetadataMode.NONE)
    named = (str(node.metadata.get(key) or "") for key in _NAMING)
    return Chunk(
        id=uuid5(NAMESPACE_URL, f"{place}:{node.node_id}"),
        note_id=_NO_NOTE,
        ordinal=place,
        kind=Kind.ARTICLE,
        header=" | ".join(name for name in named if name),
        text=text,
        span=Span(0, len(text)),
    )


def _scored(
    question: Question, chunks: Sequence[Chunk]
) -> tuple[Mapping[str, float], Sequence[Hit]]:
    """Return the weights of the question's terms, and the chunks as hits ordered by BM25."""
    held = [frozenset(terms(chunk.indexed_text)) for chunk in chunks]
    having = Counter(term for each in held for term in each & question.every_term)
    rarity = {
        term: math.log(1 + (len(chunks) - count + 0.5) / (count + 0.5))
        for term, count in having.items()
    }
    weights = {term: each * rarity[term] for term, each in question.weights(having).items()}
    lengths = [len(terms(chunk.indexed_text)) for chunk in chunks]
    encoder = LexicalEncoder(sum(lengths) / len(lengths))
    scores = [_score(encoder, chunk, weights) for chunk in chunks]
    ordered = sorted(range(len(chunks)), key=lambda place: (-scores[place], place))
    best = max(scores) or 1.0
    return weights, [
        Hit(
            chunks[place],
            lexical_rank=rank,
            lexical_score=scores[place],
            fused=scores[place] / best,
        )
        for rank, place in enumerate(ordered, start=1)
    ]


def _score(encoder: LexicalEncoder, chunk: Chunk, weights: Mapping[str, float]) -> float:
    vector, _ = encoder.passage(chunk.indexed_text)
    held = dict(zip(vector.dimensions, vector.weights, strict=True))
    return sum(weight * held.get(number(term), 0.0) for term, weight in weights.items())
