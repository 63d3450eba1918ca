"""A note cut again from the text that the catalogue has of it."""

import hashlib
from datetime import UTC, datetime

from ingest.catalog import CutNote
from ingest.chunking import chunks
from ingest.cutting import CUTTER
from ingest.formats import FileBytes, format_named
from ingest.formats.plain import MARKDOWN, PLAIN
from ingest.linking import note_links
from ingest.note import LeftOut, Note
from ingest.stored import StoredNote

_VERBATIM = (MARKDOWN.name, PLAIN.name)
"""Formats whose text is the file's own."""
_LOSSY = 2
"""Place in `StoredNote.told`."""


def recut(stored: StoredNote) -> CutNote:
    """Return what the note's stored text gives; its file need not be there."""
    form = format_named(stored.format)
    parsed = form.parse(stored.text, FileBytes(stored.path, b"").name)
    digest, size = _digest_and_size(stored)
    note = Note(
        id=stored.id,
        path=stored.path,
        title=parsed.title,
        kind=parsed.kind,
        text=stored.text,
        digest=digest,
        encoding=stored.encoding,
        size=size,
        modified=datetime.fromtimestamp(stored.modified_ns / 1e9, UTC),
        format=form.name,
        tags=parsed.tags,
        named=parsed.named,
        lossy=bool(stored.told[_LOSSY]),
        left_out=tuple(
            LeftOut(block.span, block.reason) for block in parsed.blocks if block.reason
        ),
    )
    made = chunks(note.id, note.text, parsed)
    points = tuple(chunk.point for chunk in made)
    links = note_links(note.text, note.left_out)
    return CutNote(note, made, stored.modified_ns, CUTTER, points, links)


def _digest_and_size(stored: StoredNote) -> tuple[str, int]:
    """Return digest and size that fit the text, where the text tells the file's bytes."""
    if stored.format not in _VERBATIM or stored.encoding != "utf-8" or stored.told[_LOSSY]:
        return stored.digest, stored.size
    data = stored.text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest(), len(data)
