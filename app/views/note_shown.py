"""A note as it is written, and as it was cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.rendering import label, note_address, verbatim
from app.texts import Texts
from app.views.moments import count
from retrieval.chunk import Chunk

Shown = Literal["", "raw", "chunks"]
"""How a note is shown; empty is set for reading."""
_LONGEST = 1_000_000
"""Characters that are shown as they are written."""
_MOST = 1_000
"""Chunks that are shown."""


@dataclass(frozen=True, slots=True)
class WayView:
    """A way to show the note."""

    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ChunkView:
    """A chunk as it is indexed."""

    number: int
    place: str
    header: str
    text: Markup
    url: str


@dataclass(frozen=True, slots=True)
class ShownView:
    """The ways to show a note, and the one that is chosen, where that is not for reading."""

    ways: tuple[WayView, ...]
    raw: Markup | None = None
    chunks: tuple[ChunkView, ...] | None = None
    more: str = ""
    """What is not shown, in words."""


def shown_view(
    texts: Texts, address: str, shown: Shown, text: str, chunks: Sequence[Chunk]
) -> ShownView:
    """Show a note's text or its chunks.

    Args:
        texts: The words of the page.
        address: The note's own address.
        shown: How to show it.
        text: The note's text.
        chunks: Its chunks in reading order.
    """
    ways = tuple(
        WayView(
            texts(f"note.shown_{way or 'set'}"),
            f"{address}?shown={way}" if way else address,
            way == shown,
        )
        for way in ("", "raw", "chunks")
    )
    if shown == "raw":
        rest = len(text) - _LONGEST
        more = texts("note.more_characters", n=rest, number=count(rest)) if rest > 0 else ""
        return ShownView(ways, raw=verbatim(text[:_LONGEST]), more=more)
    if shown == "chunks":
        rest = len(chunks) - _MOST
        more = texts("note.more_chunks", n=rest, number=count(rest)) if rest > 0 else ""
        return ShownView(ways, chunks=tuple(map(_chunk, chunks[:_MOST])), more=more)
    return ShownView(ways)


def _chunk(chunk: Chunk) -> ChunkView:
    return ChunkView(
        number=chunk.ordinal + 1,
        place=f"{count(chunk.span.start)}–{count(chunk.span.end)}",
        header=label(chunk.header),
        text=verbatim(chunk.text),
        url=note_address(chunk.note_id, chunk.span.start, chunk.span.end),
    )
