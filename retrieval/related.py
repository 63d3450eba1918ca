"""Notes that say much of the same: found by the heaviest words of a note. Pure over an index.

A note's words are weighed by how often they stand in it and how rare they are elsewhere; the
heaviest are searched like a question, and what is found is counted by note.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex, SparseVector
from retrieval.lexical import FUNCTION_TERMS, folded_terms, number, words
from retrieval.store import ChunkStore

_FIGURES = re.compile(r"[\d./:+-]+[a-z]?")
"""Numbers, dates and times: many notes hold the same ones."""
_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_READ = 40
"""Chunks of a note whose words are counted, spread over all of it."""
_CANDIDATES = 200
"""Words whose rarity is looked up."""
_HEAVIEST = 24
"""Words that are searched."""
_POINTS = 150
_BEST = 3
"""Passages of a note that count, each half as much as the one before."""
_LEAST = 0.14
"""Score below which a note is not related, as a share of what the note itself would score."""
_NAMED = 3
"""Shared words that are told."""
_WITH = 2
"""Shared words that a related note has at least."""

_Found = tuple[float, Chunk]
"""A passage with its score."""


@dataclass(frozen=True, slots=True)
class Related:
    """A note that says much of the same."""

    note_id: UUID
    score: float
    """Share of the words' weight that its best passages hold, raised by what else they share."""
    shared: tuple[str, ...]
    """The heaviest words that stand in both."""


@dataclass(frozen=True, slots=True)
class Relating:
    """Finds related notes in one index."""

    index: ChunkIndex
    store: ChunkStore

    def related(
        self, chunks: Sequence[Chunk], limit: int, raised: Mapping[UUID, float] | None = None
    ) -> list[Related]:
        """Return the notes that say much of what a note says, most of it first.

        Args:
            chunks: All chunks of the note.
            limit: Most notes.
            raised: How much else notes share with it, such as tags; 1 doubles their score.
        """
        weights = self._heaviest(chunks)
        if not weights:
            return []
        by_number = {_number(word): weight for word, weight in weights.items()}
        ordered = sorted(by_number)
        vector = SparseVector(tuple(ordered), tuple(by_number[each] for each in ordered))
        found = self._by_note(vector, chunks[0].note_id)
        whole = math.fsum(weight * weight for weight in weights.values())
        raised = raised or {}
        scores = {
            note_id: _together(passages) / whole * (1 + raised.get(note_id, 0.0))
            for note_id, passages in found.items()
        }
        near = [note_id for note_id, score in scores.items() if score >= _LEAST]
        near.sort(key=lambda note_id: (-scores[note_id], note_id))
        told = (Related(each, scores[each], _shared(weights, found[each])) for each in near)
        return list(islice((each for each in told if len(each.shared) >= _WITH), limit))

    def _heaviest(self, chunks: Sequence[Chunk]) -> Mapping[str, float]:
        """Return the heaviest words that other texts hold too, with their weights."""
        step = max(1, len(chunks) // _READ)
        counts, holding = _counted(chunks[::step])
        some = [word for word, _ in counts.most_common(_CANDIDATES)]
        numbers = {word: _number(word) for word in some}
        rarity = self.index.rarity(set(numbers.values()))
        points = self.index.count()
        weights = {
            word: (1 + math.log(counts[word])) * rarity[numbers[word]]
            for word in some
            if numbers[word] in rarity
            and _texts(rarity[numbers[word]], points) > step * holding[word] + 0.5
        }
        heaviest = sorted(weights, key=lambda word: (-weights[word], word))[:_HEAVIEST]
        return {word: weights[word] for word in heaviest}

    def _by_note(self, vector: SparseVector, own: UUID) -> Mapping[UUID, list[_Found]]:
        """Return the passages of other notes that are found, best first, by note."""
        scored = self.index.search(vector, _POINTS)
        chunks = self.store.by_point([each.id for each in scored])
        found: dict[UUID, list[_Found]] = defaultdict(list)
        for each in scored:
            for chunk in chunks.get(each.id, ()):
                if chunk.note_id != own:
                    found[chunk.note_id].append((each.score, chunk))
        return found


def _counted(chunks: Sequence[Chunk]) -> tuple[Counter[str], Counter[str]]:
    """Count how often each telling word stands in chunks, and in how many of them."""
    counts: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    for chunk in chunks:
        names = {word for speaker in chunk.speakers for word in words(speaker)}
        text = _ADDRESS.sub(" ", f"{chunk.header.partition(' | ')[0]}\n{chunk.text}")
        found = [word for word in words(text) if word not in names and _tells(word)]
        counts.update(found)
        holding.update(set(found))
    return counts, holding


def _texts(rarity: float, points: int) -> float:
    """Return in how many texts a term stands, from its IDF."""
    return (points + 1) / math.exp(rarity) - 0.5


@lru_cache(maxsize=50_000)
def _number(word: str) -> int:
    """Return the number under which a word, folded, stands in the index."""
    return number(folded_terms(word)[0])


@lru_cache(maxsize=50_000)
def _tells(word: str) -> bool:
    """Whether a word, folded, says something about what a note is about."""
    found = folded_terms(word)
    return (
        len(word) > 1
        and bool(found)
        and found[0] not in FUNCTION_TERMS
        and _FIGURES.fullmatch(word) is None
    )


def _together(passages: Sequence[_Found]) -> float:
    return math.fsum(score / 2**place for place, (score, _) in enumerate(passages[:_BEST]))


def _shared(weights: Mapping[str, float], passages: Sequence[_Found]) -> tuple[str, ...]:
    held = {word for _, chunk in passages[:_BEST] for word in words(chunk.indexed_text)}
    return tuple(word for word in weights if word in held)[:_NAMED]
