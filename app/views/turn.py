"""One question and its answer, as the page sets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from markupsafe import Markup

from app.rendering import Origin, label, note_address, render_markdown, showable
from app.rendering.marks import Mark
from app.texts import Texts
from app.verdict import Verdict
from app.views.chips import ChipsView, chips_view
from app.views.excerpts import Segment, excerpt, words
from app.views.judgement import JudgementView, Judging, judgement_view
from app.views.moments import Moment, moment, written
from app.views.remarks import broken, hint, meta, notice
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Finish, Label, Mode, Source, Support

_SIGNS = {Label.VERIFIED: "●", Label.WEAK: "◐", Label.UNSUPPORTED: "○"}
# Numbers and proof marks begin with a word joiner: no line may begin with one of them.
_QUOTE = 400
"""Characters of a quote that its number carries for the card that opens beside it."""


class Stands(Protocol):
    """What has become of quoted words since, as `app.db.standing.Standing` says it."""

    @property
    def status(self) -> str:
        """One of ``current``, ``changed`` and ``removed``."""
        ...

    @property
    def span(self) -> Span | None:
        """Where the same words stand now; None when they stand nowhere in the note."""
        ...


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A stored turn: what a page needs to draw it."""

    id: UUID
    question: str
    standalone: str
    """The question that was searched, after a follow-up was completed."""
    answer: Answer
    asked: datetime
    """When, aware."""
    conversation: UUID | None = None
    sources: Sequence[Stands] = ()
    """One for each of the answer's sources, in order; empty when it was written just now."""
    citations: Sequence[Stands] = ()
    """The same for each of its citations."""
    error: str = ""
    """The sentence that says why the answer broke off, or empty."""
    verdict: Verdict | None = None
    """What the reader thinks of it."""
    previous: str = ""
    """The question before it in the conversation."""


@dataclass(frozen=True, slots=True)
class CardView:
    """A source in the margin."""

    id: str
    number: int
    title: str
    heading: str
    kind: str
    kind_name: str
    page: str
    """Where in a document with pages; empty elsewhere."""
    when: str
    speakers: str
    url: str
    """Empty when the note is gone."""
    video: str
    """Address that opens the video at this second; empty when there is none."""
    excerpt: tuple[Segment, ...]
    standing: str
    """Words that say that the note changed or is gone; empty while it stands."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn, ready to be set."""

    id: str
    question: str
    standalone: str
    """The completed question; empty when it is the question itself."""
    html: Markup
    cards: tuple[CardView, ...]
    """The sources that the answer cites."""
    others: tuple[CardView, ...]
    """The sources it does not cite; after a refusal, the nearest notes."""
    others_title: str
    refusal: bool
    meta: tuple[str, ...]
    asked: Moment
    notice: str
    """One line about how the answer was made; empty when there is nothing to say."""
    hint: str
    """How to connect a model, or why it did not answer; empty when one answered."""
    broken: str
    """That the answer is not whole; empty when it is."""
    why: str
    """Why it broke off, as the program says it; empty when that is not known."""
    missing: str
    """The question's words that stand in no source; empty when there are none."""
    conversation: str
    judgement: JudgementView | None
    """The thumbs; None of an answer that is not kept."""
    why_url: str
    """Where it is told how its sources were found; empty when it is not kept."""
    chips: ChipsView
    """What was understood of the question beside its words."""


def turn_view(texts: Texts, record: TurnRecord, now: datetime) -> TurnView:
    """Set a stored or just finished turn."""
    answer = record.answer
    cited = {citation.number for citation in answer.citations}
    cards = {
        source.number: _card(texts, record, index) for index, source in enumerate(answer.sources)
    }
    key = _key(record)
    origin = Origin(texts, scope=f"{key}-")
    searched = label(record.standalone)
    speakers = {name for source in answer.sources for name in source.passage.speakers}
    chips = chips_view(texts, record.question, record.asked.date(), speakers)
    return TurnView(
        id=key,
        question=showable(record.question),
        standalone="" if searched in {label(record.question), chips.searched} else searched,
        html=render_markdown(answer.text, origin, marks=_marks(texts, record)),
        cards=tuple(card for number, card in cards.items() if number in cited),
        others=tuple(card for number, card in cards.items() if number not in cited),
        others_title=texts("answer.nearest" if answer.mode is Mode.REFUSAL else "answer.also"),
        refusal=answer.mode is Mode.REFUSAL,
        meta=meta(texts, answer),
        asked=moment(texts, record.asked, now),
        notice=notice(texts, answer),
        hint=hint(texts, answer),
        broken=broken(texts, answer, record.error),
        why=label(answer.reason) if answer.finish is Finish.INTERRUPTED else "",
        missing=texts("answer.missing", words="、".join(map(label, answer.missing)))
        if answer.missing and answer.mode is not Mode.REFUSAL
        else "",
        conversation=str(record.conversation or ""),
        why_url=f"/c/{record.conversation}/turns/{record.id}/why" if record.conversation else "",
        judgement=_judgement(texts, record),
        chips=chips,
    )


def _judgement(texts: Texts, record: TurnRecord) -> JudgementView | None:
    if record.conversation is None:
        return None
    asked, answer = (record.question, record.previous), record.answer
    judging = Judging(record.id, record.conversation, *asked, answer.sources, record.verdict)
    return judgement_view(texts, judging)


def _key(record: TurnRecord) -> str:
    return f"t{record.id.hex[:12]}"


def _card(texts: Texts, record: TurnRecord, index: int) -> CardView:
    source = record.answer.sources[index]
    passage = source.passage
    quotes = [
        citation.span.moved(-passage.span.start)
        for citation in record.answer.citations
        if citation.number == source.number and passage.span.covers(citation.span)
    ]
    stands = record.sources[index] if index < len(record.sources) else None
    return CardView(
        id=f"{_key(record)}-source-{source.number}",
        number=source.number,
        title=label(passage.title) or label(passage.path),
        heading=_heading(passage),
        kind=passage.kind.value,
        kind_name=texts(f"kind.{passage.kind.value}"),
        page=texts("card.page", n=passage.page) if passage.page else "",
        when=written(label(passage.when)),
        speakers="、".join(label(name) for name in passage.speakers[:3]),
        url=_address(passage.note_id, passage.span, stands) or "",
        video=passage.link if passage.link.startswith(("https://", "http://")) else "",
        excerpt=excerpt(passage.text, quotes),
        standing=_standing(texts, stands),
    )


def _heading(passage: Passage) -> str:
    """Join the headings above a passage, without the note's title when that comes first."""
    headings = [words(heading) for heading in passage.headings]
    if headings and headings[0] == label(passage.title):
        headings = headings[1:]
    return " › ".join(headings)


def _address(note_id: UUID, span: Span, stands: Stands | None) -> str | None:
    """Where words can be read now: their place, else their note, None when that is gone."""
    if stands is None:
        return note_address(note_id, span.start, span.end)
    if stands.status == "removed":
        return None
    if stands.span is None:
        return note_address(note_id)
    return note_address(note_id, stands.span.start, stands.span.end)


def _standing(texts: Texts, stands: Stands | None) -> str:
    if stands is None or stands.status == "current":
        return ""
    if stands.status == "removed":
        return texts("answer.source_removed")
    return texts("answer.source_moved" if stands.span else "answer.source_changed")


def _marks(texts: Texts, record: TurnRecord) -> list[Mark]:
    """Numbers where the answer cites, and a proof mark after each sentence that was checked."""
    answer = record.answer
    sources = {source.number: source for source in answer.sources}
    marks: list[Mark] = []
    for index, citation in enumerate(answer.citations):
        written_mark = f"[{citation.number}]"
        at_place = answer.text.startswith(written_mark, citation.position)
        if at_place and citation.number in sources:
            html = _reference(texts, record, index, sources[citation.number])
            marks.append(Mark(citation.position, len(written_mark), html))
    marks += [_proof(texts, answer.text, support) for support in answer.support]
    return sorted(marks, key=lambda mark: (mark.position, mark.replaces))


def _reference(texts: Texts, record: TurnRecord, index: int, source: Source) -> Markup:
    citation = record.answer.citations[index]
    title = label(source.passage.title) or label(source.passage.path)
    said = texts("answer.reference", number=citation.number, title=title)
    stands = record.citations[index] if index < len(record.citations) else None
    address = _address(citation.note_id, citation.span, stands)
    return Markup(
        '\u2060<a class="ref" href="{}" data-n="{}" data-citation="{}" data-quote="{}" '
        'aria-label="{}"><sup>{}</sup></a>'
    ).format(
        address or f"#{_key(record)}-source-{citation.number}",
        citation.number,
        index,
        words(citation.quote)[:_QUOTE],
        said,
        citation.number,
    )


def _proof(texts: Texts, text: str, support: Support) -> Mark:
    sentence = support.sentence.of(text)
    position = support.sentence.start + len(sentence.rstrip())
    why = label(support.why)
    name = texts(f"proof.{support.label.value}")
    said = texts("proof.because", name=name, why=texts.either(f"proof.why.{why}", why))
    html = Markup(
        '\u2060<span class="proof {}" role="img" aria-label="{}" title="{}" '
        'data-label="{}">{}</span>'
    ).format(support.label.value, said, said, support.label.value, _SIGNS[support.label])
    return Mark(position, 0, html)
