"""The links of a note to other notes, and the names they are found by. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from ingest.formats import SUFFIXES
from ingest.note import LeftOut, NoteLink
from ingest.parsing.front_matter import front_matter
from ingest.parsing.links import Link, links

_HEAD = 20_100
"""Characters of a note in which its head stands."""
_LONGEST = 200
"""Characters of a name that count; an index takes no longer ones."""
_FOLDER_NOTES = ("_index", "index", "readme")
"""Names of notes that are meant by the name of their folder."""
_ENDING = re.compile(r"\.[a-z][a-z0-9]{1,6}")
"""How the name of a file ends; ``.6`` of ``vLLM 0.6`` is no ending."""


def note_links(text: str, left_out: Sequence[LeftOut]) -> tuple[NoteLink, ...]:
    """Return the links of a note's text that may lead to other notes, in order.

    Links inside what is left out do not count, nor pictures and other files that are shown in
    their place, nor links that stay in the note.
    """
    out = sorted(part.span for part in left_out)
    found: list[NoteLink] = []
    place = 0
    for link in links(text):
        while place < len(out) and out[place].end <= link.span.start:
            place += 1
        hidden = place < len(out) and out[place].overlaps(link.span)
        if link.target and not hidden and not _is_shown_file(link):
            found.append(NoteLink(link.target, link.span))
    return tuple(found)


def link_name(name: str) -> str:
    """Return what a link to ``name`` and the note of that name are both looked up by.

    It is the last part of a path, or of a title, folded and without its ending. Several names may
    share one; `app.db.name_table.NameTable` tells which note is meant.
    """
    last = folded(name).rstrip("/").rpartition("/")[2]
    stem, dot, _ = last.rpartition(".")
    return (stem if dot and stem else last)[:_LONGEST]


def folded(name: str) -> str:
    """Return ``name`` as names are compared."""
    composed = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split()).removeprefix("./")


def note_names(path: str, title: str, aliases: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return all by which links find a note: each with the alias it comes of, or nothing.

    Args:
        path: Relative to the notes folder, with forward slashes.
        title: The note's title.
        aliases: Other names that its head gives.
    """
    whole = folded(path)
    own = {whole, without_ending(whole), folder_named_by(whole), title}
    pairs = {(link_name(name), "") for name in own}
    pairs.update((link_name(alias), alias) for alias in aliases)
    return frozenset(pair for pair in pairs if pair[0])


def aliases_of(text: str) -> tuple[str, ...]:
    """Return the other names that a note's head gives it."""
    aliases = front_matter(text[:_HEAD]).aliases
    return tuple(alias for alias in aliases if len(alias) <= _LONGEST)


def folder_named_by(path: str) -> str:
    """Return the folder whose name means this note, which it opens with; mostly empty."""
    folder, _, last = path.rpartition("/")
    return folder if without_ending(last) in _FOLDER_NOTES else ""


def without_ending(path: str) -> str:
    """Return a path without the ending of its file."""
    stem, dot, _ = path.rpartition(".")
    return stem if dot and stem.rpartition("/")[2] else path


def may_be_a_note(target: str) -> bool:
    """Whether a link's target could be a note's name: not that of a picture or another file."""
    ending = PurePosixPath(target).suffix.lower()
    return ending in SUFFIXES or _ENDING.fullmatch(ending) is None


def _is_shown_file(link: Link) -> bool:
    return link.embedded and not may_be_a_note(link.target)
