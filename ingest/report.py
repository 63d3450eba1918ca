"""What a sync did, as it is printed, stored and shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A note that could not be taken in; its earlier version, if any, stays searchable."""

    path: str
    reason: str
    """A sentence: what happened and what to do next."""


@dataclass(frozen=True, slots=True)
class PassedBy:
    """A file where a note could stand that is none; it is no failure."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Omission:
    """A stretch of a note that was left out of the index."""

    path: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Counts and lines of one sync; the keys of ``ingest --json``."""

    notes: int
    """Notes in the catalogue afterwards."""
    added: int
    changed: int
    moved: int
    deleted: int
    unchanged: int
    failed: tuple[Failure, ...]
    chunks: int
    """Chunks in the catalogue afterwards."""
    chunks_written: int
    """Points of new texts written to the index by this sync."""
    embedded: int
    """Chunks embedded by a semantic model."""
    left_out: tuple[Omission, ...]
    ms: int
    cancelled: bool = False
    reweighted: int = 0
    """Points written again with other weights: the average length of a passage had drifted."""
    files: int | None = None
    """Files found that are notes; without failures and held-back notes as many as ``notes``. None
    when only some places were looked at."""
    searchable: int = 0
    """Notes of the catalogue all of whose chunks the index holds."""
    orphans: int = 0
    """Points of the index without a chunk in the catalogue."""
    held_back: tuple[str, ...] = ()
    """Notes whose files are missing and that were not taken out: too many at once."""
    passed_over: tuple[PassedBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is; sent after each note."""

    done: int
    """Notes handled so far."""
    total: int
    """Notes that need work."""
    chunks: int
    """Chunks written so far."""
    path: str
    """The note being read."""
