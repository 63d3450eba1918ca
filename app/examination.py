"""Whether the index holds exactly what the catalogue says."""

from uuid import UUID

from app.replies import Reply
from app.wiring import Services
from ingest.lengths import Lengths
from ingest.repair import Difference, compare, mend


class MismatchReply(Reply):
    """A place where catalogue and index differ."""

    kind: str
    what: str
    """Id of the chunk."""


class ExaminationReply(Reply):
    """How catalogue and index stand to each other."""

    ok: bool
    notes: int
    chunks: int
    points: int
    mismatches: tuple[MismatchReply, ...]


def examine(services: Services, *, fix: bool) -> ExaminationReply:
    """Compare catalogue and index, and mend the index when asked.

    A sync writes to one before the other, so this waits for one that goes on.
    """
    with services.syncs.alone():
        difference = compare(services.catalog, services.index)
        if fix and not difference.none:
            Lengths(services.catalog, services.encoder).prepare()
            mend(difference, services.catalog, services.index, services.encoder)
            difference = compare(services.catalog, services.index)
        return _reply(services, difference)


def _reply(services: Services, difference: Difference) -> ExaminationReply:
    notes, chunks, _ = services.catalog.totals()
    return ExaminationReply(
        ok=difference.none,
        notes=notes,
        chunks=chunks,
        points=services.index.count(),
        mismatches=(
            *_named("missing from the index", difference.missing),
            *_named("left over in the index", difference.orphans),
        ),
    )


def _named(kind: str, ids: frozenset[UUID]) -> tuple[MismatchReply, ...]:
    return tuple(MismatchReply(kind=kind, what=str(chunk)) for chunk in sorted(ids))
