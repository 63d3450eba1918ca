"""The links of a note to other notes, and the names they are found by. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.formats import SUFFIXES
from ingest.note import LeftOut, NoteLink
from ingest.parsing.links import Link, links

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
    return stem if dot and stem else last


def folded(name: str) -> str:
    """Return ``name`` as names are compared."""
    composed = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split()).removeprefix("./")


def may_be_a_note(target: str) -> bool:
    """Whether a link's target could be a note's name: not that of a picture or another file."""
    ending = PurePosixPath(target).suffix.lower()
    return ending in SUFFIXES or _ENDING.fullmatch(ending) is None


def _is_shown_file(link: Link) -> bool:
    return link.embedded and not may_be_a_note(link.target)
