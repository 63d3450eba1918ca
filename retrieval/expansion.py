"""Hits grow into passages: neighbours of the same section, up to a length. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from retrieval.chunk import Chunk, Kind
from retrieval.hit import Hit
from retrieval.span import Span

REACH = 2
"""Chunks to either side that a hit may grow by."""
CHAT_REACH = 4
"""The same in a chat, where the next chunk is only one message further on."""
LONGEST = 1_500
"""Characters up to which a passage grows: about 1,000 tokens of Chinese."""
LONGEST_JOINED = 2_000
"""Characters up to which two passages that overlap become one."""
SAME = 0.5
"""Share of a passage that another one covers, from which the two say the same."""


class Neighbourhood:
    """The chunks around the hits of one search."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """Remember ``chunks`` by their place."""
        self._notes: defaultdict[UUID, dict[int, Chunk]] = defaultdict(dict)
        for chunk in chunks:
            self._notes[chunk.note_id][chunk.ordinal] = chunk

    def grown(self, hit: Hit) -> tuple[Chunk, ...]:
        """Return the hit's chunk with its neighbours, in reading order.

        It grows to both sides in turn, inside its section or conversation, while the passage stays
        within `LONGEST` characters and the reach of its kind.
        """
        chunks = self._notes[hit.chunk.note_id]
        members = [hit.chunk]
        open_ends = {-1: hit.chunk.ordinal, 1: hit.chunk.ordinal}
        while open_ends:
            for step, ordinal in tuple(open_ends.items()):
                neighbour = chunks.get(ordinal + step)
                if neighbour is None or not _fits(hit.chunk, members, neighbour):
                    del open_ends[step]
                    continue
                members.append(neighbour)
                open_ends[step] = neighbour.ordinal
        return tuple(sorted(members, key=lambda chunk: chunk.ordinal))


def _fits(hit: Chunk, members: Sequence[Chunk], neighbour: Chunk) -> bool:
    return (
        neighbour.section == hit.section
        and abs(neighbour.ordinal - hit.ordinal) <= reach(hit.kind)
        and len(extent(members).joined(neighbour.span)) <= LONGEST
    )


def reach(kind: Kind) -> int:
    """Return how many chunks to either side a hit of ``kind`` may grow by."""
    return CHAT_REACH if kind is Kind.CHAT else REACH


def extent(chunks: Iterable[Chunk]) -> Span:
    """Return the smallest span that covers ``chunks`` of one note."""
    spans = [chunk.span for chunk in chunks]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def says_the_same(span: Span, other: Span) -> bool:
    """Whether ``other`` covers more than `SAME` of ``span``."""
    return min(span.end, other.end) - max(span.start, other.start) > SAME * len(span)


def belong_together(span: Span, other: Span) -> bool:
    """Whether two passages of a note say the same, or overlap and are not too long together."""
    joined = span.overlaps(other) and len(span.joined(other)) <= LONGEST_JOINED
    return joined or says_the_same(span, other)


def heaviest_first(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return terms with their weights, heaviest first, equal ones by name."""
    return tuple(sorted(weights.items(), key=lambda item: (-item[1], item[0])))
