"""Chunks cut where their author did. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.draft import Draft
from ingest.splitting import cut_marks, split_at_cuts
from retrieval.chunk import Kind


def at_cuts(drafts: Sequence[Draft], text: str) -> list[Draft]:
    """Cut talk, speech and entries where their author did; articles are by now.

    Windows that reach over a cut give pieces that lie in those of their neighbours; these go.
    """
    marks = cut_marks(text)
    if not marks:
        return list(drafts)
    found: list[Draft] = []
    for draft in drafts:
        whole = draft.kind in (Kind.ARTICLE, Kind.CLIP)
        pieces = [draft.span] if whole else split_at_cuts(text, draft.span, marks)
        found.extend(replace(draft, span=piece) for piece in pieces)
    if [draft.span for draft in found] == [draft.span for draft in drafts]:
        return found
    found.sort(key=lambda draft: (draft.span.start, -draft.span.end))
    kept: list[Draft] = []
    for draft in found:
        before = kept[-1] if kept else None
        if before is None or draft.section != before.section or not before.span.covers(draft.span):
            kept.append(draft)
    return kept
