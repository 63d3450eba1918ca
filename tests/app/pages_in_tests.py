"""Pages drawn from given values, and what must never stand in one."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from bs4 import BeautifulSoup, Tag

from app.page import environment
from app.rendering import Origin
from app.texts import Texts, texts
from app.views import (
    Reading,
    ShellView,
    Surroundings,
    TurnRecord,
    shell_view,
)
from ingest.block import Block, BlockKind
from ingest.note import Note
from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Citation, Finish, Label, Mode, Source, Support

ZH = texts("zh")
NOW = datetime(2024, 5, 20, 15, 30, tzinfo=UTC)
NOTE = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
CONVERSATION = UUID("33333333-3333-4333-8333-333333333333")
TURN = UUID("44444444-4444-4444-8444-444444444444")
PAYLOADS = tuple(
    (Path(__file__).parent / "payloads" / "xss.txt")
    .read_text(encoding="utf-8")
    .removesuffix("\n")
    .split("\n%%\n")
)

_FORBIDDEN = (
    "style", "iframe", "object", "embed", "base", "frame", "applet", "portal", "video", "audio",
    "animate", "set", "use", "foreignobject", "annotation-xml", "mglyph", "marquee", "select",
)  # fmt: skip
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "srcset", "data", "poster")
_OWN_ACTIONS = re.compile(
    r"^/(?:ask|language|notes|sync(?:/[0-9a-f-]{36}/cancel)?|login|search(?:/answers)?"
    r"|c/[0-9a-f-]{36}/(?:rename|delete|turns/[0-9a-f-]{36}/verdict)"
    r"|turns/[0-9a-f-]{36}/evidence"
    r"|eval(?:/[0-9a-f-]{36}/cancel|/sets(?:/[\w%.~-]+/remove)?)?)$"
)
_HREF = re.compile(r"^(?:https?://|mailto:|/(?![/\\])|#)")
_SRC = re.compile(r"^(?:/static/|/assets/|data:image/(?:png|jpeg|gif|webp);base64,)")


def hazards(html: str) -> list[str]:
    """Name everything in ``html`` that runs, loads or leads where it must not."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(tag) for tag in soup.find_all(_FORBIDDEN)]
    for tag in soup.select("*"):
        found += _hazards_of(tag)
    return found


def _hazards_of(tag: Tag) -> list[str]:
    found = []
    for name, value in tag.attrs.items():
        words = " ".join(value) if isinstance(value, list) else str(value)
        if name.startswith("on") or name in {"style", "srcdoc", "ping", "background"}:
            found.append(f"{tag.name} {name}={words}")
        if name in _ADDRESSES and not _fits(tag, name, words):
            found.append(f"{tag.name} {name}={words}")
    if tag.name == "script" and (not tag.get("src") or tag.string):
        found.append(str(tag))
    if tag.name == "meta" and tag.get("http-equiv"):
        found.append(str(tag))
    return found


def _fits(tag: Tag, name: str, value: str) -> bool:
    if name in {"action", "formaction"}:
        return value == "" or bool(_OWN_ACTIONS.match(value))
    if name == "formaction":
        return tag.name == "button" and bool(_OWN_ACTIONS.match(value))
    if name == "src":
        return bool(_SRC.match(value))
    if name == "href":
        own = tag.name != "link" or value.startswith("/static/")
        return own and (value == "" or bool(_HREF.match(value)))
    return False


def shell(language: Texts = ZH) -> ShellView:
    """Arrange what surrounds a page of an empty program."""
    return shell_view(language, Surroundings((), 3, 0, None, ""), NOW, section="notes")


def drawn(template: str, view: object, language: Texts = ZH) -> str:
    """Draw a whole page."""
    return environment().get_template(template).render(t=language, shell=shell(language), view=view)


def passage(text: str = "缓存省去重复计算。", **given: str) -> Passage:
    """Make a passage of the note."""
    return Passage(
        note_id=NOTE,
        path=given.get("path", "kv.md"),
        title=given.get("title", "KV 缓存"),
        kind=Kind.ARTICLE,
        span=Span(0, len(text)),
        text=text,
        score=0.8,
        headings=(given.get("heading", "为什么省时间"),),
        speakers=(given.get("speaker", "小林"),),
        when=given.get("when", "2024-03-07T15:12:54"),
        link=given.get("link", ""),
    )


def answer(text: str, source: Passage, quote: str = "", why: str = "数字一致") -> Answer:
    """Make an answer whose marks all cite one source."""
    quote = quote or source.text
    citations = tuple(
        Citation(1, match.start(), NOTE, source.path, Span(0, len(quote)), quote)
        for match in re.finditer(r"\[1\]", text)
    )
    return Answer(
        text=text,
        mode=Mode.MODEL,
        finish=Finish.COMPLETE,
        sources=(Source(1, source),),
        citations=citations,
        support=(Support(Span(0, len(text)), Label.VERIFIED, why),),
        ms=1_300,
    )


def record(given: Answer, question: str = "为什么？", error: str = "") -> TurnRecord:
    """Make a stored turn."""
    asked = NOW - timedelta(minutes=2)
    return TurnRecord(TURN, question, question, given, asked, CONVERSATION, error=error)


def note(
    text: str, title: str = "KV 缓存", path: str = "kv.md", tags: tuple[str, ...] = ()
) -> Note:
    """Make a note."""
    return Note(NOTE, path, title, Kind.ARTICLE, text, "d", "utf-8", len(text), NOW, tags=tags)


def block(kind: BlockKind, text: str, **given: object) -> Block:
    """Make a block that is the whole of ``text``."""
    span = Span(0, len(text))
    return Block(kind, Kind.ARTICLE, span, span, **given)  # type: ignore[arg-type]


def reading(text: str, *blocks: Block, cited: Span | None = None) -> Reading:
    """Open a note for reading."""
    whole = blocks or (block(BlockKind.PARAGRAPH, text),)
    return Reading(note(text), whole, Origin(ZH, NOTE), cited)
