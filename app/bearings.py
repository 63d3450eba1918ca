"""What lies around a note: links both ways, and notes that say much of the same."""

from uuid import UUID

from app.db.library import NoteDetail
from app.views.note_links import Bearings, RelatedNote
from app.wiring import Services
from retrieval.index import IndexUnusableError
from retrieval.related import Related, Relating

_RELATED = 6
"""Related notes that are shown."""
_RARE = 20
"""Notes of a tag up to which sharing it says something."""


def bearings(services: Services, detail: NoteDetail) -> Bearings:
    """Look around a note; a note that is linked is not told as related again."""
    note_id = detail.note.id
    outgoing, backlinks = services.links.outgoing(note_id), services.links.backlinks(note_id)
    linked = {each.note.id for each in outgoing if each.note}
    linked.update(each.note.id for each in backlinks)
    found = [each for each in _related(services, detail) if each.note_id not in linked]
    labels = services.catalog.labels([each.note_id for each in found])
    related = [RelatedNote(labels[each.note_id], each) for each in found if each.note_id in labels]
    return Bearings(outgoing, backlinks, related[:_RELATED])


def _related(services: Services, detail: NoteDetail) -> list[Related]:
    raised = _sharing(services, detail)
    try:
        relating = Relating(services.index, services.catalog)
        return relating.related(detail.chunks, 3 * _RELATED, raised)
    except IndexUnusableError:
        return []  # the note can be read without


def _sharing(services: Services, detail: NoteDetail) -> dict[UUID, float]:
    """Tell how much a shared tag raises notes: the rarer, the more."""
    gains: dict[UUID, float] = {}
    for tag in detail.note.tags:
        sharing = services.library.tagged(tag, _RARE + 1)
        if len(sharing) <= _RARE:
            for note_id in sharing:
                gains[note_id] = gains.get(note_id, 0.0) + 1 / len(sharing)
    return gains
