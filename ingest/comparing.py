"""A stored note held against what its text or file gives. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from ingest.catalog import CutNote
from ingest.linking import aliases_of, note_names
from ingest.mismatch import Mismatch, MismatchKind, named
from ingest.stored import StoredChunk, StoredNote, links_of, name_terms_of, told_of
from retrieval.chunk import point_of
from retrieval.index import Point, SparseVector

CLOSE = 1e-4
"""Relative difference that single precision may make."""


def note_mismatches(stored: StoredNote, right: CutNote) -> Iterator[Mismatch]:
    """Yield what is wrong with a note; ``right`` is what it should be, under the same path."""
    note, path = right.note, named(stored.path)
    if stored.text != note.text:
        yield Mismatch(MismatchKind.NOTE_TEXT, f"the text of {path} is not what its file gives")
    if stored.digest != note.digest:
        yield Mismatch(MismatchKind.NOTE_DIGEST, f"the digest of {path} is not that of its bytes")
    if stored.size != note.size:
        yield Mismatch(MismatchKind.NOTE_SIZE, f"{path} has {note.size} bytes, not {stored.size}")
    if stored.characters != len(stored.text):
        yield Mismatch(
            MismatchKind.NOTE_LENGTH,
            f"the text of {path} has {len(stored.text)} characters, not {stored.characters}",
        )
    if (stored.told, stored.format, stored.encoding) != (
        told_of(note),
        note.format,
        note.encoding,
    ):
        yield Mismatch(
            MismatchKind.NOTE_TOLD,
            f"title, kind, tags, encoding or left-out parts of {path} are not those of its text",
        )
    names = note_names(stored.path, note.title, aliases_of(note.text))
    if (stored.name_terms, stored.names) != (name_terms_of(note), names):
        yield Mismatch(MismatchKind.NOTE_NAME, f"{path} is not found by its names as it should be")
    if stored.links != links_of(right):
        yield Mismatch(
            MismatchKind.NOTE_LINKS, f"the links of {path} to other notes are not those of its text"
        )
    yield from chunk_mismatches(stored, right)


def chunk_mismatches(stored: StoredNote, right: CutNote) -> Iterator[Mismatch]:
    """Yield what is wrong with a note's chunks, each fault by its own name."""
    path = named(stored.path)
    ordinals = [chunk.ordinal for chunk in stored.chunks]
    if ordinals != list(range(len(ordinals))):
        yield Mismatch(
            MismatchKind.CHUNK_ORDER,
            f"the chunks of {path} are not numbered from 0 without gaps and doubles",
        )
    expected = {chunk.id: StoredChunk.of(chunk, point) for chunk, point in right.pointed}
    for chunk in stored.chunks:
        faults = list(_own_faults(stored, chunk))
        yield from faults
        if chunk.id in expected and not faults:
            yield from _differences(path, chunk, expected[chunk.id])
    yield from _strangers(path, stored.chunks, expected)


def _own_faults(note: StoredNote, chunk: StoredChunk) -> Iterator[Mismatch]:
    """Yield what is wrong with a chunk whatever it should be."""
    path = named(note.path)
    if not 0 <= chunk.start <= chunk.end <= len(note.text):
        yield Mismatch(
            MismatchKind.CHUNK_OUTSIDE,
            f"chunk {chunk.id} of {path} spans {chunk.start}..{chunk.end} of "
            f"{len(note.text)} characters",
        )
    elif chunk.text != note.text[chunk.start : chunk.end]:
        yield Mismatch(
            MismatchKind.CHUNK_TEXT,
            f"chunk {chunk.id} of {path} does not say what stands at {chunk.start}..{chunk.end}",
        )
    if chunk.point != point_of(chunk.indexed_text):
        yield Mismatch(
            MismatchKind.CHUNK_POINT,
            f"chunk {chunk.id} of {path} has the point {chunk.point}, which is not its text's",
        )


def _differences(path: str, chunk: StoredChunk, right: StoredChunk) -> Iterator[Mismatch]:
    """Yield how a chunk that is sound in itself differs from what it should be."""
    if (chunk.start, chunk.end) != (right.start, right.end):
        yield Mismatch(
            MismatchKind.CHUNK_PLACE,
            f"chunk {chunk.id} of {path} stands at {chunk.start}..{chunk.end} instead of "
            f"{right.start}..{right.end}",
        )
    if (chunk.told, chunk.header) != (right.told, right.header):
        yield Mismatch(
            MismatchKind.CHUNK_TOLD,
            f"header, kind, speakers, time, link, page or section of chunk {chunk.id} of {path} "
            "are not those of its text",
        )


def _strangers(
    path: str, chunks: Sequence[StoredChunk], expected: Mapping[UUID, StoredChunk]
) -> Iterator[Mismatch]:
    """Yield chunks that should not be there and those that should."""
    there = {chunk.id for chunk in chunks}
    missing = Counter(
        (each.indexed_text, each.start)
        for identifier, each in expected.items()
        if identifier not in there
    )
    for chunk in chunks:
        if chunk.id in expected:
            continue
        place = (chunk.indexed_text, chunk.start)
        if missing[place]:
            missing[place] -= 1
            kind, why = MismatchKind.CHUNK_ID, "has an id that its text does not give"
        else:
            kind, why = MismatchKind.CHUNK_LEFT_OVER, "is none that its text gives"
        yield Mismatch(kind, f"chunk {chunk.id} of {path} {why}")
    if missing.total():
        yield Mismatch(
            MismatchKind.CHUNKS_MISSING,
            f"{path} lacks {missing.total()} of the {len(expected)} chunks that its text gives",
        )


def is_same_point(indexed: Point, right: Point) -> bool:
    """Whether a point that was read back is the one that was to be written."""
    return indexed.kind is right.kind and _is_same_vector(indexed.lexical, right.lexical)


def _is_same_vector(indexed: SparseVector, right: SparseVector) -> bool:
    return indexed.dimensions == right.dimensions and all(
        abs(weight - wanted) <= CLOSE * wanted
        for weight, wanted in zip(indexed.weights, right.weights, strict=True)
    )
