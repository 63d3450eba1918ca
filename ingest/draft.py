"""Chunks in the making: where each lies and what is known of it, before it has its id. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.block import Block
from ingest.conversation import squeezed
from retrieval.chunk import Kind
from retrieval.span import Span

TARGET = 450
"""Characters of an article's chunk."""
SMALL = 120
"""Characters below which a section joins its neighbour."""
SHOWN = 40
"""Characters of the answered words that a reply is found by too."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A chunk before it has its header, ordinal and id."""

    span: Span
    kind: Kind
    headings: tuple[str, ...]
    section: int
    speakers: tuple[str, ...] = ()
    when: str = ""
    link: str = ""
    page: int = 0
    answers: tuple[tuple[str, Span], ...] = ()
    """Whom its replies answer, and where the words of theirs stand."""
    joinable: bool = False
    """Whether it may be merged with a small neighbour."""
    apart: bool = False
    """Whether a cut or something left out stands between it and what is before."""


def draft_of(blocks: Sequence[Block], section: int) -> Draft:
    """Return the draft that holds ``blocks``, which follow each other."""
    first = blocks[0]
    span = Span(first.span.start, blocks[-1].span.end)
    answers = tuple((each.reply_to, each.answers) for each in blocks if each.answers is not None)
    draft = Draft(span, first.within, first.headings, section, *told_by(blocks), page=first.page)
    return replace(draft, answers=answers)


def told_by(blocks: Sequence[Block]) -> tuple[tuple[str, ...], str, str]:
    """Return who speaks in ``blocks``, and their first time and link."""
    return (
        tuple(dict.fromkeys(block.speaker for block in blocks if block.speaker)),
        next((block.when for block in blocks if block.when), ""),
        next((block.link for block in blocks if block.link), ""),
    )


def answered(draft: Draft, text: str) -> tuple[str, ...]:
    """Return the beginnings of the words that a draft's replies answer and that it does not hold.

    Each is ``name: words``.
    """
    if not draft.answers:
        return ()
    held = squeezed(draft.span.of(text))
    shown = ((name, " ".join(span.of(text).split())[:SHOWN]) for name, span in draft.answers)
    return tuple(
        dict.fromkeys(
            f"{name}: {words}" for name, words in shown if words and squeezed(words) not in held
        )
    )


def joined(drafts: Sequence[Draft]) -> list[Draft]:
    """Merge a section that is too small to stand alone with the next one of the same parent."""
    found: list[Draft] = []
    for draft in drafts:
        before = found[-1] if found else None
        if before is not None and _joins(before, draft):
            found[-1] = replace(before, span=before.span.joined(draft.span), section=draft.section)
        else:
            found.append(draft)
    return found


def _joins(before: Draft, draft: Draft) -> bool:
    small = len(before.span) < SMALL or len(draft.span) < SMALL
    near = draft.span.start - before.span.end <= SMALL // 2
    parent = before.headings[:-1]
    return (
        small
        and near
        and not draft.apart
        and before.joinable
        and draft.joinable
        and before.kind is draft.kind
        and len(before.span.joined(draft.span)) <= TARGET
        and draft.headings[: len(parent)] == parent
    )
