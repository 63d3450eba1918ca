"""Notes and chunks for tests, everything about them chosen unless it is given."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from uuid import UUID, uuid4

from ingest.note import LeftOut, Note
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

MODIFIED = datetime(2024, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
MODIFIED_NS = 1_709_281_815_123_456_789


def sample_note(
    text: str = "显存怎么估算？\n参数量乘以两个字节。",
    *,
    path: str = "笔记/显存.md",
    note_id: UUID | None = None,
    tags: Sequence[str] = (),
    left_out: Sequence[LeftOut] = (),
    named: bool = False,
) -> Note:
    return Note(
        id=note_id or uuid4(),
        path=path,
        title=path.rpartition("/")[2].removesuffix(".md"),
        kind=Kind.ARTICLE,
        text=text,
        digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        encoding="utf-8",
        size=len(text.encode("utf-8", "surrogatepass")),
        modified=MODIFIED,
        named=named,
        tags=tuple(tags),
        left_out=tuple(left_out),
    )


def sample_chunks(note: Note, ends: Sequence[int] = ()) -> list[Chunk]:
    """Cut a note before each of ``ends``, and at its own end."""
    edges = [0, *ends, len(note.text)]
    return [
        sample_chunk(note, ordinal, Span(start, end))
        for ordinal, (start, end) in enumerate(pairwise(edges))
    ]


def sample_chunk(note: Note, ordinal: int, span: Span) -> Chunk:
    return Chunk(
        id=uuid4(),
        note_id=note.id,
        ordinal=ordinal,
        kind=Kind.CHAT,
        header=f"{note.title} › 估算 | chat | 2024-03-01 | 阿青",
        text=span.of(note.text),
        span=span,
        headings=(note.title, "估算"),
        speakers=("阿青", "momo"),
        when="2024-03-01T08:30",
        link="https://example.org/v?t=75",
        section=ordinal // 2,
    )
