"""Passages for the tests of answers."""

from dataclasses import replace
from uuid import UUID

from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span

NOTE = UUID(int=1)


def passage(text: str, *, start: int = 0, path: str = "gpt.md", title: str = "GPT") -> Passage:
    """A passage of an article that begins at ``start`` in its note."""
    span = Span(start, start + len(text))
    return Passage(NOTE, path, title, Kind.ARTICLE, span, text, score=0.9, headings=("规模",))


def chat(text: str, *, start: int = 0) -> Passage:
    """A passage of a group chat."""
    return replace(
        passage(text, start=start, path="群聊.md", title="群聊"),
        kind=Kind.CHAT,
        headings=(),
        speakers=("阿水", "大漠"),
        when="2024-03-01T10:00:00",
    )


def of_kind(text: str, kind: Kind, *, speakers: tuple[str, ...] = ()) -> Passage:
    """A passage of any kind of note, under no heading."""
    return replace(passage(text), kind=kind, speakers=speakers, headings=())
