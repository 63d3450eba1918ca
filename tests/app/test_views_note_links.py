"""What stands around a note: links both ways, notes on the same, its text and its chunks."""

from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.db.library import NotePage, NoteSummary
from app.db.links import Backlink, OutgoingLink
from app.db.people import Appearance, Appearances, Person
from app.rendering import Origin
from app.texts import Language, texts
from app.views import Reading, note_view
from app.views.excerpts import Segment
from app.views.note_links import (
    BacklinkView,
    Bearings,
    BearingsView,
    LinkView,
    PlaceView,
    RelatedNote,
    bearings_view,
)
from app.views.note_shown import shown_view
from app.views.timeline import people_view, person_address, person_view, tag_view, tags_view
from ingest.block import BlockKind
from ingest.note import NoteLink
from retrieval.chunk import Chunk, Kind
from retrieval.related import Related
from retrieval.span import Span
from retrieval.store import NoteLabel
from tests.app.pages_in_tests import NOTE, NOW, OTHER, PAYLOADS, ZH, block, drawn, hazards, note

THERE = NoteLabel(OTHER, "b/显存.md", "显存")


def leading(target: str, label: NoteLabel | None = None) -> OutgoingLink:
    return OutgoingLink(NoteLink(target, Span(0, 4)), label)


def test_links_are_listed_once_and_missing_notes_by_name() -> None:
    outgoing = [
        leading("显存", THERE),
        leading("没有"),
        leading("../b/显存.md", THERE),
        leading("没有"),
        leading("图.zip"),
        leading("/etc/passwd"),
    ]
    assert bearings_view(ZH, Bearings(outgoing)) == BearingsView(
        outgoing=(LinkView("显存", f"/notes/{OTHER}"),), missing=("没有",)
    )


def test_many_links_fold() -> None:
    labels = [NoteLabel(UUID(int=each), f"{each}.md", "") for each in range(15)]
    view = bearings_view(ZH, Bearings([leading(each.path, each) for each in labels]))
    assert (len(view.outgoing), len(view.more_outgoing)) == (12, 3)
    assert view.outgoing[0].title == "0.md"


def test_backlinks_stand_with_their_sentence_by_note() -> None:
    places = [
        Backlink(THERE, Span(3, 9), "**上限** 看 ", "[[缓存|这里]]", "。"),
        Backlink(THERE, Span(20, 30), "", "[](缓存.md)", ""),
    ]
    assert bearings_view(ZH, Bearings((), places)).backlinks == (
        BacklinkView(
            "显存",
            f"/notes/{OTHER}",
            (
                PlaceView(
                    f"/notes/{OTHER}?start=3&end=9#passage",
                    (Segment("上限 看 "), Segment("这里", marked=True), Segment("。")),
                ),
                PlaceView(
                    f"/notes/{OTHER}?start=20&end=30#passage",
                    (Segment("[](缓存.md)", marked=True),),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("language", "why"), [("zh", "都有：显存、KV"), ("en", "both say: 显存, KV")]
)
def test_related_notes_say_what_both_hold(language: Language, why: str) -> None:
    related = [RelatedNote(THERE, Related(OTHER, 0.4, ("显存", "KV")))]
    assert bearings_view(texts(language), Bearings(related=related)).related == (
        LinkView("显存", f"/notes/{OTHER}", why),
    )


def chunk(text: str, header: str = "显存 › 估算 | article") -> Chunk:
    return Chunk(UUID(int=9), NOTE, 0, Kind.ARTICLE, header, text, Span(2, 2 + len(text)))


def test_a_note_is_shown_as_written_and_as_cut() -> None:
    plain = shown_view(ZH, "/notes/x", "", "a<b", [chunk("a<b")])
    assert (plain.raw, plain.chunks) == (None, None)
    assert [(way.url, way.current) for way in plain.ways] == [
        ("/notes/x", True),
        ("/notes/x?shown=raw", False),
        ("/notes/x?shown=chunks", False),
    ]
    assert shown_view(ZH, "/notes/x", "raw", "a<b\r\n", []).raw == "a&lt;b&#13;\n"
    cut = shown_view(ZH, "/notes/x", "chunks", "", [chunk("a<b")])
    assert cut.chunks is not None
    assert [(each.number, each.place, each.header, each.text) for each in cut.chunks] == [
        (1, "2–5", "显存 › 估算 | article", "a&lt;b")
    ]


def test_what_is_too_long_to_show_is_told() -> None:
    assert shown_view(ZH, "", "raw", "a" * 1_000_007, []).more == "后面还有 7 字"
    assert shown_view(ZH, "", "chunks", "", [chunk("a")] * 1_001).more == "后面还有 1 片"


PERSON = Person("小林", 3, 1, "2023-12-01", "2024-03-01")


def test_everybody_has_a_page() -> None:
    view = people_view(ZH, [PERSON, Person("a/b?", 1, 1, "", "")])
    assert [(each.url, each.count, each.years) for each in view.names] == [
        ("/people/%E5%B0%8F%E6%9E%97", "3 段", "2023–2024"),
        ("/people/a%2Fb%3F", "1 段", ""),
    ]
    assert person_address("\ud800") == "/people/%3F"


def appearance(day: str, *headings: str) -> Appearance:
    return Appearance(THERE, Kind.CHAT, day, 2, Span(3, 9), headings, "小林 **说**")


def test_what_somebody_says_stands_by_month() -> None:
    days = ("2024-03-07", "2024-03-01", "2024", "2024-99", "")
    rows = tuple(appearance(day, "显存", "题") for day in days)
    view = person_view(ZH, "小林", Appearances(120, rows), 50)
    assert [(month.name, len(month.entries)) for month in view.months] == [
        ("2024 年 3 月", 2),
        ("2024", 2),
        ("没有日期", 1),
    ]
    entry = view.months[0].entries[0]
    assert (entry.url, entry.heading, entry.snippet, entry.count) == (
        f"/notes/{OTHER}?start=3&end=9#passage",
        "题",
        "小林 说",
        "2 段",
    )
    assert (view.before_url, view.after_url) == (
        "/people/%E5%B0%8F%E6%9E%97",
        "/people/%E5%B0%8F%E6%9E%97?offset=100",
    )


def summary(title: str = "显存") -> NoteSummary:
    return NoteSummary(OTHER, "b.md", "", title, Kind.ARTICLE, (), 1_234, 1, NOW, f"{title} 词")


def test_notes_of_a_tag_stand_by_month() -> None:
    view = tag_view(ZH, "推理/显存", NotePage(1, (summary(),)), 0)
    assert (view.title, view.filter_url, view.before_url, view.after_url) == (
        "#推理/显存",
        "/notes?tag=%E6%8E%A8%E7%90%86%2F%E6%98%BE%E5%AD%98",
        "",
        "",
    )
    assert [(month.name, month.entries[0].count) for month in view.months] == [
        ("2024 年 5 月", "1,234 字")
    ]


def test_no_payload_survives_around_a_note_or_on_a_time_line() -> None:
    for payload in PAYLOADS:
        other = NoteLabel(OTHER, payload, payload)
        around = Bearings(
            [leading(payload, other), leading(payload)],
            [Backlink(other, Span(0, 2), payload, payload, payload)],
            [RelatedNote(other, Related(OTHER, 1.0, (payload,)))],
        )
        whole = (block(BlockKind.PARAGRAPH, payload),)
        cut = [chunk(payload, payload)]
        said = Appearance(other, Kind.CHAT, payload, 1, Span(0, 1), (payload,), payload)
        person = Person(payload, 1, 1, payload, payload)
        pages = [
            drawn(
                "note.html",
                note_view(
                    Reading(
                        note(payload), whole, Origin(ZH, NOTE), around=around, shown=way, chunks=cut
                    ),
                    NOW,
                ),
            )
            for way in ("", "raw", "chunks")
        ]
        pages += [
            drawn("names.html", people_view(ZH, [person])),
            drawn("names.html", tags_view(ZH, [(payload, 1)])),
            drawn("timeline.html", person_view(ZH, payload, Appearances(99, (said,)), 10)),
            drawn("timeline.html", tag_view(ZH, payload, NotePage(99, (summary(payload),)), 0)),
        ]
        assert [bad for html in pages for bad in hazards(html)] == [], payload


def test_what_lies_around_is_drawn() -> None:
    around = Bearings(
        [leading("显存", THERE), leading("没有")],
        [Backlink(THERE, Span(3, 9), "看 ", "[[缓存]]", "。")],
        [RelatedNote(THERE, Related(OTHER, 0.4, ("显存",)))],
    )
    given = Reading(
        note("甲"), (block(BlockKind.PARAGRAPH, "甲"),), Origin(ZH, NOTE), around=around
    )
    tree = BeautifulSoup(drawn("note.html", note_view(given, NOW)), "html.parser")
    assert [each.get_text(" ", strip=True) for each in tree.select(".leads li")] == [
        "显存",
        "没有 还没有这篇",
    ]
    assert tree.select(".backlinks li a")[0]["href"] == f"/notes/{OTHER}?start=3&end=9#passage"
    assert tree.select(".backlinks li mark")[0].get_text() == "缓存"
    assert tree.select(".related li small")[0].get_text() == "都有：显存"
