"""From a question to its passages: read, search, fuse, rerank, grow, thin out, gate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from retrieval import gate
from retrieval.asked import Asked
from retrieval.brought_in import brought_in, joined
from retrieval.chunk import Chunk
from retrieval.expansion import heaviest_first
from retrieval.fusion import fused
from retrieval.growing import Growing, Grown
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, Scored
from retrieval.lexical import fold, number
from retrieval.lexical_rerank import LightReranker
from retrieval.linked import Linking
from retrieval.names import with_names
from retrieval.parts import spread
from retrieval.passage import Passage
from retrieval.preferences import preferred
from retrieval.query import Query, read_query
from retrieval.question import Thesaurus, Translations, key_words, read_question
from retrieval.removed import Removed, removed
from retrieval.reranker import Reranker, judgement
from retrieval.retrieved import Retrieved
from retrieval.said_by import with_speakers
from retrieval.scope import Scope
from retrieval.search_settings import SearchSettings
from retrieval.semantic import NoSemanticLeg, SemanticLeg
from retrieval.store import ChunkStore
from retrieval.trace import Stage
from retrieval.tracing import Tracing

_ATTEMPTS = 3
"""Times a search is done again because a sync changed meanwhile what it found."""


class Retriever:
    """Searches the notes; `retrieval.retrieved.Searcher`. Any thread may call it."""

    def __init__(  # noqa: PLR0913 - one per part that can be another
        self,
        index: ChunkIndex,
        store: ChunkStore,
        dictionary: Translations,
        settings: SearchSettings | None = None,
        *,
        semantic: SemanticLeg | None = None,
        reranker: Reranker | None = None,
        thesaurus: Thesaurus | None = None,
    ) -> None:
        """Search ``index``, and by meaning with ``semantic``; look every hit up in ``store``."""
        self._index = index
        self._store = store
        self._dictionary = dictionary
        self._thesaurus = thesaurus
        self._settings = settings or SearchSettings()
        self._semantic = semantic or NoSemanticLeg()
        self._reranker = reranker or LightReranker()
        self._growing = Growing(store)
        self._linking = Linking(index, store)

    @property
    def settings(self) -> SearchSettings:
        """The settings of a search that brings none."""
        return self._settings

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        """Find the passages that bear on a question, best first.

        Args:
            question: What the reader asks, or a query line with filters.
            limit: Most passages to return, at least 1.
            previous: Earlier question of the conversation; its terms count for less.
            also: Other wordings of the question, or search terms for it; they count for less.
            settings: Settings of this search alone.
        """
        settings = settings or self._settings
        tracing = Tracing(settings.traced)
        asked = self._asked(question, previous, also, settings)
        for _ in range(_ATTEMPTS):
            tracing.restart()
            lexical, hits = self._candidates(asked, tracing)
            thinned = self._thinned(asked, hits, limit)
            passages = self._growing.passages(thinned)
            if len(passages) == len(thinned):
                break
        tracing.passages(passages, hits, limit, settings.per_note)
        words = key_words(asked.query.subject)
        held = [_folded(passage) for passage in passages]
        evidence = gate.evidence(lexical, words, asked.rarity, held, asked.points)
        sufficient, answered = judgement(hits, self._reranker.least)
        on_topic = (
            evidence >= settings.threshold
            or gate.held_together(words, held)
            or bool(passages and (asked.query.phrases or (asked.query.lists and not lexical)))
        )
        left_out = self._left_out(asked) if asked.scope and not (on_topic and passages) else (0, ())
        return Retrieved(
            question=asked.query.text or question,
            passages=passages,
            on_topic=on_topic,
            evidence=round(evidence, 3),
            weights=heaviest_first(asked.weighed),
            missing=gate.missing(words, held),
            ms=tracing.ms,
            query=asked.query,
            removed=left_out[0],
            removed_by=left_out[1],
            sufficient=sufficient,
            # A follow-up was judged without the question it follows.
            answered=answered or bool(previous),
            trace=tracing.trace(
                searched=asked.query.text,
                earlier=previous,
                also=tuple(also),
                chips=tuple(chip.written for chip in asked.query.chips),
                terms=asked.question.told(asked.weighed),
                semantic_weight=asked.semantic_weight,
                reranker=self._reranker.name if asked.settings.rerank else "",
                within=asked.scope.left,
                evidence=round(evidence, 3),
                threshold=settings.threshold,
            ),
        )

    def _asked(
        self, line: str, previous: str, also: Sequence[str], settings: SearchSettings
    ) -> Asked:
        query = self._read(line, settings)
        previous = self._read(previous, settings).text if previous else ""
        dictionary = self._dictionary if settings.translations else None
        thesaurus = self._thesaurus if settings.synonyms else None
        question = read_question(query.text, previous, dictionary, also, thesaurus)
        numbers = {term: number(term) for term in question.every_term}
        rarity = self._index.rarity(numbers.values())
        known = {term: rarity[each] for term, each in numbers.items() if each in rarity}
        weight = settings.semantic_weight if settings.semantic else 0.0
        if weight is None:
            weight = self._semantic.weight(query.text)
        return Asked(
            query=query,
            question=question,
            settings=settings,
            scope=Scope(self._store, self._index, query),
            rarity=known,
            weights=question.weights(known),
            points=self._index.count(),
            semantic_weight=weight,
            previous=previous,
        )

    def _read(self, line: str, settings: SearchSettings) -> Query:
        today = settings.today or date.today()  # noqa: DTZ011 - the reader's day
        query = read_query(line, today, self._store.months)
        return with_speakers(query, self._store.speakers) if settings.wishes else query.unwished

    def _candidates(self, asked: Asked, tracing: Tracing) -> tuple[list[Hit], list[Hit]]:
        """Return the lexical candidates, and those of all legs, fused and reranked."""
        if asked.query.lists and (newest := asked.scope.newest(asked.settings.candidates)):
            return [], newest
        lexical = self._lexical(asked, tracing)
        tracing.hits(Stage.LEXICAL, lexical, lambda hit: hit.lexical_score)
        semantic = self._nearest(asked, lexical)
        tracing.points(Stage.SEMANTIC, semantic)
        measured = asked.settings.semantic_weight is None
        known = (lambda chunk: self._semantic.weight(chunk.text)) if measured else None
        hits = fused(self._linked(asked, lexical), semantic, asked.semantic_weight, known)
        hits = tracing.kept(hits, asked.scope.kept(hits))
        tracing.hits(Stage.FUSED, hits, lambda hit: hit.fused)
        if asked.settings.rerank:
            hits = self._reranker.rerank(asked.query.text, asked.weighed, hits)
            tracing.hits(Stage.RERANKED, hits, lambda hit: hit.final)
        else:
            hits = [replace(hit, final=hit.fused) for hit in hits]
        raised = spread(preferred(hits, asked.query), asked.query.parts)
        if raised != hits:
            tracing.hits(Stage.PREFERRED, raised, lambda hit: hit.final)
        return lexical, raised

    def _lexical(self, asked: Asked, tracing: Tracing) -> list[Hit]:
        """Search the index; a point without a chunk in the catalogue is dropped.

        A sync may swap a note between the search and the look-up, so that its old points have no
        chunks any more and its new ones were not there yet; then both are done again.
        """
        vector = asked.vector
        for _ in range(_ATTEMPTS):
            scored = asked.scope.search(
                lambda most, within: self._index.search(vector, most, within),
                asked.settings.candidates,
            )
            scored = joined(scored, brought_in(asked.query, vector, self._index, self._store))
            chunks = self._store.by_point([each.id for each in scored])
            if len(chunks) == len(scored):
                break
        hits = [
            Hit(chunk, lexical_rank=rank, lexical_score=each.score)
            for rank, each in enumerate(scored, start=1)
            for chunk in chunks.get(each.id, ())
        ]
        hits = with_names(hits, asked.name_weights, asked.points, self._store)
        return tracing.kept(hits, asked.scope.kept(hits))

    def _linked(self, asked: Asked, hits: list[Hit]) -> list[Hit]:
        """Add passages that the best candidates link to, unless that is switched off."""
        if not asked.settings.links:
            return hits
        return self._linking.joined(hits, asked.vector, asked.scope.points)

    def _nearest(
        self, asked: Asked, lexical: Sequence[Hit]
    ) -> list[tuple[Scored, Sequence[Chunk]]]:
        """Search by meaning, unless that counts for nothing; lexical candidates are told too."""
        if not asked.semantic_weight:
            return []
        limit = asked.settings.candidates
        scored = asked.scope.search(
            lambda most, within: self._semantic.search(asked.meant, most, within), limit
        )
        rest = {hit.chunk.point for hit in lexical} - {each.id for each in scored}
        if rest:
            scored = [*scored, *self._semantic.search(asked.meant, len(rest), rest)]
            scored.sort(key=lambda each: (-each.score, each.id))
        chunks = self._store.by_point([each.id for each in scored])
        return [(each, chunks[each.id]) for each in scored if each.id in chunks]

    def _left_out(self, asked: Asked) -> tuple[int, tuple[Removed, ...]]:
        return removed(asked.query, asked.vector, self._store, self._index)

    def _thinned(self, asked: Asked, hits: Sequence[Hit], limit: int) -> list[Grown]:
        """Grow the hits; a phrase or a note that was named lifts the limit per note."""
        named = asked.query.phrases or asked.query.filters.notes
        most = limit if named else asked.settings.per_note
        return asked.scope.shrunk(self._growing.thinned(hits, limit, most))


def _folded(passage: Passage) -> str:
    return fold(
        " ".join([passage.title, *passage.headings, *passage.speakers, passage.when, passage.text])
    )
