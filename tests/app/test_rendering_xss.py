"""Nothing that stands in a note, an answer or a name runs, loads or leads out of its place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from app.page import environment
from app.rendering import Origin, render_line, render_markdown
from app.views import (
    Contents,
    Reading,
    Search,
    Shelf,
    Surroundings,
    Syncing,
    ask_view,
    conversation_view,
    error_view,
    home_view,
    library_view,
    note_view,
    shell_view,
    sync_view,
)
from app.views.turn import turn_view
from ingest.block import Block, BlockKind
from ingest.report import Failure, Omission, Progress, Report
from retrieval.chunk import Kind
from retrieval.span import Span
from tests.app.pages_in_tests import (
    CONVERSATION,
    NOTE,
    NOW,
    OTHER,
    PAYLOADS,
    ZH,
    answer,
    block,
    drawn,
    hazards,
    note,
    passage,
    record,
)

_KINDS = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.MESSAGE,
    BlockKind.COMMENT,
    BlockKind.ENTRY,
    BlockKind.SPEECH,
    BlockKind.LEFT_OUT,
)


@dataclass(frozen=True)
class _Line:
    id: UUID
    title: str
    updated: datetime


@dataclass(frozen=True)
class _Summary:
    id: UUID
    path: str
    title: str
    kind: Kind
    tags: tuple[str, ...]
    characters: int
    modified: datetime
    snippet: str


@dataclass(frozen=True)
class _Failed:
    path: str
    reason: str


@dataclass(frozen=True)
class _Run:
    started: datetime
    state: str
    report: Report | None
    error: str


@dataclass(frozen=True)
class _Cites:
    conversation: UUID
    question: str


def _bodies(payload: str) -> Iterator[str]:
    yield render_markdown(payload, Origin(ZH, NOTE, lambda name: name, lambda _: OTHER))
    yield render_markdown(payload, Origin(ZH))
    yield render_line(payload, Origin(ZH, NOTE))


def _notes(payload: str) -> Iterator[str]:
    text = "\n\n".join([payload] * len(_KINDS))
    spans = [Span(at, at + len(payload)) for at in range(0, len(text), len(payload) + 2)]
    blocks = tuple(
        Block(
            kind,
            Kind.ARTICLE,
            span,
            span,
            level=2,
            speaker=payload,
            handle=payload,
            when=payload,
            reply_to=payload,
            quotes=payload,
            likes=3,
            seconds=3.0,
            link=payload,
            page=1,
            reason=payload,
        )
        for kind, span in zip(_KINDS, spans, strict=True)
    )
    origin = Origin(ZH, NOTE, lambda name: name)
    cited = Span(len(payload) // 2, len(text) - 1)
    reading = Reading(note(text), blocks, origin, cited, (_Cites(CONVERSATION, payload),))
    yield drawn("note.html", note_view(reading, NOW))


def _names(payload: str) -> Iterator[str]:
    named = note("text", title=payload, path=payload, tags=(payload,))
    whole = block(BlockKind.PARAGRAPH, "text")
    yield drawn("note.html", note_view(Reading(named, (whole,), Origin(ZH, NOTE)), NOW))


def _answers(payload: str) -> Iterator[str]:
    source = passage(
        payload, title=payload, path=payload, heading=payload, speaker=payload, when=payload,
        link=payload,
    )  # fmt: skip
    given = record(answer(f"{payload} [1]\n\n[1] {payload}", source, payload, payload), payload)
    view = conversation_view(ZH, CONVERSATION, payload, [given], NOW)
    page = ask_view(ZH, view, model=False, longest=99, question=payload, problem=payload)
    yield drawn("ask.html", page)
    template = environment().get_template("ask.html")
    context = template.new_context({"t": ZH, "turn": turn_view(ZH, given, NOW)})
    yield "".join(template.blocks["turn"](context))


def _lists(payload: str) -> Iterator[str]:
    row = _Summary(NOTE, payload, payload, Kind.CHAT, (payload,), 9, NOW, payload)
    failed = (_Failed(payload, payload),)
    counted = ((payload, 1),)
    shelf = Shelf(1, (row,), counted, counted, failed, payload)
    search = Search(payload, payload, payload)
    yield drawn("library.html", library_view(ZH, search, shelf, NOW))
    contents = Contents(1, 9, (row,), (payload,), payload)
    yield drawn("ask.html", ask_view(ZH, home_view(ZH, contents, NOW), model=True, longest=9))
    yield drawn("error.html", error_view(ZH, 404, payload))


def _runs(payload: str) -> Iterator[str]:
    failures = (Failure(payload, payload),)
    omissions = (Omission(payload, 0, 4, payload),)
    report = Report(1, 1, 0, 0, 0, 0, failures, 1, 1, 0, omissions, 5)
    runs = (_Run(NOW, payload, report, payload), _Run(NOW, payload, None, payload))
    syncing = Syncing(payload, runs, NOTE, Progress(1, 2, 3, payload))
    yield drawn("sync.html", sync_view(ZH, syncing, NOW))
    around = Surroundings((_Line(CONVERSATION, payload, NOW),), 1, 0, None, payload)
    shell = shell_view(ZH, around, NOW, section="none", path=payload)
    page = environment().get_template("error.html")
    yield page.render(t=ZH, shell=shell, view=error_view(ZH, 500))


Sink = Callable[[str], Iterator[str]]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


@pytest.mark.parametrize("sink", [_bodies, _notes, _names, _answers, _lists, _runs])
def test_no_payload_survives(sink: Sink) -> None:
    found = {
        payload: bad for payload in PAYLOADS for html in sink(payload) if (bad := hazards(html))
    }

    assert found == {}


def test_the_search_for_hazards_finds_them() -> None:
    bare = (
        "<script>alert(1)</script><a href='javascript:alert(1)'>x</a><img src='https://e/x'>"
        "<p onclick='x' style='y'>z</p><iframe></iframe><form action='https://e/'></form>"
    )

    assert len(hazards(bare)) == 7
