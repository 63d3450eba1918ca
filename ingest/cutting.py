"""One file into a note with its chunks; what goes wrong with it is told, not raised."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from ingest.catalog import CutNote
from ingest.chunking import CUTTER_VERSION, chunks
from ingest.formats import FileBytes, NotANoteError, format_of
from ingest.linking import note_links
from ingest.note import LeftOut, Note
from ingest.planning import Step
from ingest.source import Contents, Source
from retrieval.index import Point
from retrieval.lexical import LEXICAL_VERSION, LexicalEncoder

CUTTER = f"{CUTTER_VERSION}.{LEXICAL_VERSION}"
"""Version of everything that decides what a file's chunks are."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What became of one file."""

    step: Step
    note: CutNote | None = None
    failure: str = ""
    """Why it could not be read; a sentence."""
    passed_over: str = ""
    """Why it is no note."""
    points: Mapping[UUID, tuple[Point, int]] = field(default_factory=dict)
    """Points of its chunks with their number of terms, where they were made along with them."""


def cut(source: Source, step: Step, encoder: LexicalEncoder | None = None) -> Cut:
    """Read a file and cut it; with an ``encoder``, make the points too."""
    try:
        note = _cut_note(source, step)
    except NotANoteError as error:
        return Cut(step, passed_over=error.reason)
    except Exception as error:  # noqa: BLE001 - one bad note must not stop the others
        return Cut(step, failure=str(error) or type(error).__name__)
    points: dict[UUID, tuple[Point, int]] = {}
    for chunk, point in note.pointed:
        if encoder is not None and point not in points:
            vector, length = encoder.passage(chunk.indexed_text)
            points[point] = (Point(point, chunk.kind, vector), length)
    return Cut(step, note, points=points)


def digest_of(contents: Contents) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(contents.data).hexdigest()


def _cut_note(source: Source, step: Step) -> CutNote:
    contents = source.read(step.found)
    file = FileBytes(
        step.found.path, contents.data, lambda relative: source.beside(step.found, relative)
    )
    form = format_of(file)
    decoded = form.text(file)
    parsed = form.parse(decoded.text, file.name)
    note = Note(
        id=step.note_id or uuid4(),
        path=step.found.path,
        title=parsed.title,
        kind=parsed.kind,
        text=decoded.text,
        digest=digest_of(contents),
        encoding=decoded.encoding,
        size=len(contents.data),
        modified=datetime.fromtimestamp(contents.modified_ns / 1e9, UTC),
        format=form.name,
        named=parsed.named,
        tags=parsed.tags,
        lossy=decoded.lossy,
        left_out=tuple(
            LeftOut(block.span, block.reason) for block in parsed.blocks if block.reason
        ),
    )
    made = chunks(note.id, note.text, parsed)
    points = tuple(chunk.point for chunk in made)
    links = note_links(note.text, note.left_out)
    return CutNote(note, made, contents.modified_ns, CUTTER, points, links)
