"""Filters on notes and chunks in memory, as `retrieval.store.ChunkStore` tells them."""

from collections.abc import Sequence

from ingest.note import Note
from ingest.parsing.front_matter import front_matter
from retrieval.calendar import dated
from retrieval.chunk import Chunk
from retrieval.filters import Filters
from retrieval.lexical import fold


def passes(filters: Filters, note: Note, chunk: Chunk) -> bool:
    return (
        (not filters.tags or any(_below(tag, note.tags) for tag in filters.tags))
        and (not filters.folders or any(_below(each, [note.path]) for each in filters.folders))
        and (not filters.kinds or chunk.kind in filters.kinds)
        and (not filters.speakers or any(_said(each, chunk) for each in filters.speakers))
        and (not filters.notes or any(_meant(name, note, chunk) for name in filters.notes))
        and _in_time(filters, chunk)
    )


def _below(outer: str, places: Sequence[str]) -> bool:
    wanted = fold(outer).strip("#/ ")
    return any(f"{fold(place)}/".startswith(f"{wanted}/") for place in places)


def _said(name: str, chunk: Chunk) -> bool:
    return any(fold(name).strip("@ ") in fold(speaker) for speaker in chunk.speakers)


def _meant(name: str, note: Note, chunk: Chunk) -> bool:
    outer, _, heading = name.partition("#")
    stem = note.path.rpartition(".")[0]
    aliases = front_matter(note.text).aliases
    names = {note.path, stem, stem.rpartition("/")[2], note.title, *aliases}
    if fold(name) in map(fold, names):
        return True
    lines = (line.lstrip("# ") for line in chunk.text.splitlines() if line.startswith("#"))
    headings = [fold(each).strip() for each in (*chunk.headings, *lines)]
    inside = heading.startswith("^") or fold(heading) in headings
    return fold(outer) in map(fold, names) and inside


def _in_time(filters: Filters, chunk: Chunk) -> bool:
    if not filters.after and not filters.before:
        return True
    when = chunk.when if dated(chunk.when) else ""
    first = filters.after.isoformat() if filters.after else ""
    late = filters.before.isoformat() if filters.before else "9999-99"
    return bool(when) and (when >= first or when in {first[:7], first[:4]}) and when < late
