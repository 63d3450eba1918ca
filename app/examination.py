"""Whether files, catalogue and index say the same; and how they are made to."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from app.embedding_pass import EmbeddingPass
from app.leftovers import leftovers, remove
from app.replies import Reply
from app.vector_examination import VectorFindings, examine_vectors, mend_vectors
from app.wiring import Services
from ingest.cutting import CUTTER, digest_of
from ingest.examining import Examining, Findings, Folders, Stores
from ingest.mending import Mending
from ingest.mismatch import Mismatch, MismatchKind, named
from ingest.outstanding import outstanding
from ingest.planning import Remembered, plan
from ingest.source import NotesFolderEmptiedError, NotesFolderError


class ExaminationRequest(BaseModel):
    """How an examination is made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fix: bool = True
    """Mend what does not fit, then examine again."""
    accept_deletions: bool = False
    """Take missing notes out however many they are."""


class MismatchReply(Reply):
    """A place where files, catalogue and index differ."""

    kind: str
    what: str
    """A sentence that names path or id."""


class ExaminationReply(Reply):
    """How files, catalogue and index stand to each other."""

    ok: bool
    notes: int
    chunks: int
    points: int
    mismatches: tuple[MismatchReply, ...]
    files: int = 0
    """Files that are notes."""
    searchable: int = 0
    """Notes all of whose chunks the index holds."""
    mended: tuple[MismatchReply, ...] = ()
    """What was found first and is mended now."""


@dataclass(frozen=True, slots=True)
class _Examined:
    """Everything that one look found."""

    findings: Findings
    folders: Folders | None
    vectors: VectorFindings
    mismatches: tuple[Mismatch, ...]


def examine(services: Services, *, fix: bool, accept_deletions: bool = False) -> ExaminationReply:
    """Compare everything, and mend it when asked.

    A sync writes to one place before the other, so this waits for one that goes on.
    """
    with services.syncs.alone(), services.embedding.paused() as vectors:
        found = _look(services, vectors, accept_deletions=accept_deletions)
        if not fix or not found.mismatches:
            return _reply(services, found, ())
        _mend(services, found, accept_deletions=accept_deletions)
        mend_vectors(services.embedding, vectors, found.vectors)
        return _reply(services, _look(services, vectors), found.mismatches)


def _look(
    services: Services, vectors: EmbeddingPass | None, *, accept_deletions: bool = False
) -> _Examined:
    mismatches = [*services.structure.mismatches(), *_of_the_folder(services)]
    folders = None
    try:
        folders = _folders(services, accept_deletions=accept_deletions)
    except NotesFolderError as error:
        emptied = isinstance(error, NotesFolderEmptiedError)
        kind = MismatchKind.FOLDER_EMPTIED if emptied else MismatchKind.FOLDER_UNREADABLE
        mismatches.append(Mismatch(kind, str(error).rstrip(".")))
    known = services.catalog.known()
    if folders is not None:
        failures = services.catalog.failures()
        mismatches.extend(outstanding(folders.listing, folders.plan, known, failures))
    elif known and not services.notes_folders:
        mismatches.append(
            Mismatch(MismatchKind.FOLDER_UNKNOWN, "no notes folder is known; name it with --notes")
        )
    findings = Examining(_stores(services)).run(folders)
    of_vectors = examine_vectors(services.embedding, vectors)
    mismatches.extend((*findings.mismatches, *of_vectors.mismatches))
    return _Examined(findings, folders, of_vectors, tuple(mismatches))


def _folders(services: Services, *, accept_deletions: bool) -> Folders | None:
    source = services.source()
    if source is None:
        return None
    listing, known = source.found(), services.catalog.known()
    if known and not listing.found and not listing.unseen and not accept_deletions:
        raise NotesFolderEmptiedError(source.name, len(known))
    remembered = Remembered(known, services.catalog.passed_over(), len(known))
    todo = plan(
        listing,
        remembered,
        lambda found: digest_of(source.read(found)),
        CUTTER,
        accept_deletions=accept_deletions,
    )
    return Folders(source, listing, todo)


def _of_the_folder(services: Services) -> Iterator[Mismatch]:
    rebuild = services.rebuilding.now
    if rebuild.damage and rebuild.incomplete:
        yield Mismatch(
            MismatchKind.INDEX_DAMAGED,
            f"the index could not be read ({rebuild.damage}) and was set aside; a new one is empty",
        )
    for each in leftovers(services.settings.home, services.generations.live):
        yield Mismatch(MismatchKind.INDEX_LEFT_OVER, f"{named(str(each))} is of no use any more")


def _mend(services: Services, found: _Examined, *, accept_deletions: bool) -> None:
    kinds = {mismatch.kind for mismatch in found.mismatches}
    if kinds & _OF_STRUCTURE:
        services.structure.mend()
    if MismatchKind.RUN_ABANDONED in kinds:
        services.runs.close_abandoned()
    remove(leftovers(services.settings.home, services.generations.live))

    def take_in() -> object:
        return services.sync().run(accept_deletions=accept_deletions)

    sync = None if services.source() is None else take_in
    Mending(_stores(services), sync).run(found.findings, found.folders)
    services.rebuilding.opened(damage="")


_OF_STRUCTURE = frozenset(
    {
        MismatchKind.DATABASE_PAGES,
        MismatchKind.CHUNK_ALONE,
        MismatchKind.NAME_ALONE,
        MismatchKind.TAG_ALONE,
        MismatchKind.LINK_ALONE,
        MismatchKind.TURN_ALONE,
        MismatchKind.TURN_ORDER,
        MismatchKind.SOURCE_ALONE,
        MismatchKind.CITATION_ALONE,
        MismatchKind.CITATION_SOURCE,
        MismatchKind.VERDICT_ALONE,
        MismatchKind.TRACE_ALONE,
    }
)


def _stores(services: Services) -> Stores:
    return Stores(services.catalog, services.records, services.index, services.encoder)


def _reply(services: Services, found: _Examined, before: tuple[Mismatch, ...]) -> ExaminationReply:
    totals = services.catalog.totals()
    missing = services.catalog.live_points() - services.index.ids()
    unsearchable = services.catalog.notes_of(missing) if missing else set()
    left = set(found.mismatches)
    return ExaminationReply(
        ok=not found.mismatches,
        notes=totals.notes,
        chunks=totals.chunks,
        points=services.index.count(),
        mismatches=tuple(map(_told, found.mismatches)),
        files=found.findings.files,
        searchable=totals.notes - len(unsearchable),
        mended=tuple(_told(each) for each in before if each not in left),
    )


def _told(mismatch: Mismatch) -> MismatchReply:
    return MismatchReply(kind=mismatch.kind.value, what=mismatch.what)
