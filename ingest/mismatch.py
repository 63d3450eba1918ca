"""The ways in which files, catalogue and index can fail to fit each other."""

from dataclasses import dataclass
from enum import StrEnum


class MismatchKind(StrEnum):
    """What is wrong; the values are told to programs and stay as they are."""

    FOLDER_UNREADABLE = "notes folder unreadable"
    FOLDER_EMPTIED = "notes folder emptied"
    FOLDER_UNKNOWN = "notes folder unknown"
    FILE_UNREADABLE = "file unreadable"
    FILE_NOT_TAKEN_IN = "file not taken in"
    FILE_CHANGED = "file changed"
    FILE_MOVED = "file moved"
    FILE_TOUCHED = "file touched"
    FILE_GONE = "note without a file"
    DELETION_HELD_BACK = "deletion held back"
    PATH_DISPLACED = "note without a path"
    CUTTER_EARLIER = "note cut by an earlier version"
    NOTE_TEXT = "note text differs"
    NOTE_DIGEST = "note digest differs"
    NOTE_SIZE = "note size differs"
    NOTE_LENGTH = "note length differs"
    NOTE_TOLD = "note description differs"
    NOTE_NAME = "note name differs"
    NOTE_LINKS = "note links differ"
    CHUNK_OUTSIDE = "chunk outside its note"
    CHUNK_PLACE = "chunk place differs"
    CHUNK_TEXT = "chunk text differs"
    CHUNK_ID = "chunk id differs"
    CHUNK_ORDER = "chunk order broken"
    CHUNK_POINT = "chunk point differs"
    CHUNK_TOLD = "chunk description differs"
    CHUNKS_MISSING = "chunks missing"
    CHUNK_LEFT_OVER = "chunk left over"
    CHUNK_ALONE = "chunk without a note"
    NAME_ALONE = "name without a note"
    TAG_ALONE = "tag without a note"
    LINK_ALONE = "link without a note"
    POINT_MISSING = "missing from the index"
    POINT_LEFT_OVER = "left over in the index"
    POINT_VECTOR = "point vector differs"
    INDEX_VERSION = "index of another version"
    INDEX_DAMAGED = "index damaged"
    INDEX_LEFT_OVER = "index folder left over"
    VECTOR_MISSING = "point without a vector"
    VECTOR_LEFT_OVER = "vector without a point"
    VECTOR_UNUSABLE = "vector unusable"
    VECTORS_DAMAGED = "vectors damaged"
    VECTORS_LEFT_OVER = "vectors left over"
    TERMS_WRONG = "remembered terms wrong"
    AVERAGE_WRONG = "remembered average wrong"
    FAILURE_OUTDATED = "failure outdated"
    RUN_ABANDONED = "run abandoned"
    TURN_ALONE = "turn without a conversation"
    TURN_ORDER = "turn order broken"
    SOURCE_ALONE = "source without a turn"
    CITATION_ALONE = "citation without a turn"
    CITATION_SOURCE = "citation without a source"
    VERDICT_ALONE = "verdict without a turn"
    TRACE_ALONE = "trace without a turn"
    DATABASE_PAGES = "database pages broken"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where something does not fit."""

    kind: MismatchKind
    what: str
    """A sentence without its full stop that names path or id."""


def named(path: str) -> str:
    """Return a path as a sentence names it."""
    return repr(path) if not path.isprintable() else path
