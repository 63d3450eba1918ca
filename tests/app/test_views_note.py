"""A note as it is read: each kind of block in its shape, and the cited passage found again."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.rendering import Origin
from app.texts import texts
from app.views import Reading, note_view
from app.views.moments import clock, day, duration, full_day, offset_in_video, written
from app.views.note import TagView
from ingest.block import Block, BlockKind
from ingest.parsing import parse
from ingest.parsing.document import document
from retrieval.chunk import Kind
from retrieval.span import Span
from tests.app.pages_in_tests import CONVERSATION, NOTE, NOW, OTHER, ZH, block, drawn, note, reading

CHAT = (
    "### 题\n小林 2024/3/7 15:12:54\n量化掉点吗？\n小林 2024/3/7 15:13:08\n四比特呢\n"
    "阿毛 2024/3/8 9:00:00\n@小林 基本不掉\n"
)


@dataclass(frozen=True)
class _Cites:
    conversation: UUID
    question: str


def _tree(given: Reading) -> BeautifulSoup:
    return BeautifulSoup(drawn("note.html", note_view(given, NOW)), "html.parser")


def _read(text: str, cited: Span | None = None) -> Reading:
    return Reading(note(text), parse(text, "kv").blocks, Origin(ZH, NOTE), cited)


def test_a_chat_is_set_as_bubbles_by_speaker_and_day() -> None:
    parts = note_view(_read(CHAT), NOW).parts

    assert [(part.shape, part.name, part.when, part.joined) for part in parts] == [
        ("heading", "题", "", False),
        ("day", "2024 年 3 月 7 日 星期四", "2024-03-07", False),
        ("message", "小林", "15:12:54", False),
        ("message", "小林", "15:13:08", True),
        ("day", "2024 年 3 月 8 日 星期五", "2024-03-08", False),
        ("message", "阿毛", "09:00:00", False),
    ]
    assert parts[2].initial == "小"
    assert parts[2].hue == parts[3].hue


def test_a_page_of_a_document_begins_with_its_number() -> None:
    text = "# 一\n\n字\n\n\f\n\n# page 2\n\n词\n"
    paged = Reading(
        note(text), document(text, "x", Kind.ARTICLE, paged=True).blocks, Origin(ZH, NOTE)
    )

    parts = note_view(paged, NOW).parts

    assert [(part.shape, part.id, part.name) for part in parts] == [
        ("page", "page-1", "第 1 页"),
        ("heading", "h-一", "一"),
        ("prose", "", ""),
        ("page", "page-2", "第 2 页"),
        ("heading", "h-page-2", "page 2"),
        ("prose", "", ""),
    ]
    assert [line.get_text() for line in _tree(paged).select("p.day[id]")] == ["第 1 页", "第 2 页"]


def test_every_shape_is_drawn_with_what_is_known_of_it() -> None:
    text = "### 07\n正文"
    given = {"speaker": "Ada L", "handle": "ada", "when": "2024-03-07", "reply_to": "小林"}
    shapes = {
        kind: note_view(reading(text, block(kind, text, likes=2, **given)), NOW).parts[-1]
        for kind in (BlockKind.MESSAGE, BlockKind.COMMENT, BlockKind.ENTRY)
    }
    comment, entry = shapes[BlockKind.COMMENT], shapes[BlockKind.ENTRY]

    assert shapes[BlockKind.MESSAGE].reply == "回复 小林"
    assert (comment.shape, comment.likes, comment.reply) == ("comment", "赞 2", "回复 小林")
    assert (entry.shape, entry.handle, entry.reply, entry.when) == (
        "entry",
        "@ada",
        "07",
        "2024-03-07",
    )
    assert entry.initial == "A"


def test_speech_opens_the_video_at_its_second() -> None:
    link = "https://v.example/?t=678"
    said = block(BlockKind.SPEECH, "话", seconds=678.0, link=link)
    bare = block(BlockKind.SPEECH, "话", link="javascript:alert(1)")
    tree = _tree(reading("话", said))

    assert [(pill["href"], pill.get_text()) for pill in tree.select("a.pill")] == [(link, "11:18")]
    assert _tree(reading("话", bare)).select(".pill") == []


def test_what_was_left_out_is_folded_with_its_reason() -> None:
    made = block(BlockKind.LEFT_OUT, "首页 关于", reason="navigation")
    tree = _tree(reading("首页 关于", made))

    assert tree.select("details.folded summary")[0].get_text() == "没有收进索引：导航"
    assert "open" not in tree.select("details.folded")[0].attrs


def test_front_matter_is_folded_and_cuts_are_not_shown() -> None:
    text = "---\ntags: [a]\n---\n甲\n<!-- cut -->\n乙"
    spans = (Span(0, 17), Span(18, 19), Span(20, 32), Span(33, 34))
    kinds = (BlockKind.FRONT_MATTER, BlockKind.PARAGRAPH, BlockKind.CUT, BlockKind.PARAGRAPH)
    blocks = (
        Block(kind, Kind.ARTICLE, span, span) for kind, span in zip(kinds, spans, strict=True)
    )

    view = note_view(Reading(note(text), tuple(blocks), Origin(ZH, NOTE)), NOW)

    assert [(part.shape, text[part.start : part.end]) for part in view.parts] == [
        ("folded", "---\ntags: [a]\n---"),
        ("prose", "甲"),
        ("prose", "乙"),
    ]


def test_the_outline_leads_to_the_headings() -> None:
    tree = _tree(_read("## 甲\n\n一\n\n### 乙 `码`\n\n二\n\n## 甲\n"))

    links = tree.select(".outline a")
    ids = [tag["id"] for tag in tree.select(".text h3, .text h4")]
    assert [link.get_text() for link in links] == ["甲", "乙 码", "甲"]
    assert ids == ["h-甲", "h-乙-码", "h-甲--2"]
    assert [str(tag["class"][0]) for tag in tree.select(".outline li")] == [
        "depth-0",
        "depth-1",
        "depth-0",
    ]


@pytest.mark.parametrize(
    ("text", "cited", "unseen"),
    [
        ("# KV 缓存\n\n一\n\n## 乙\n", None, ["KV 缓存"]),
        ("# KV 缓存\n\n一\n", Span(2, 7), []),
        ("一\n\n# KV 缓存\n", None, []),
        ("# 别的\n\n一\n", None, []),
    ],
)
def test_a_first_heading_that_repeats_the_title_is_not_shown_twice(
    text: str, cited: Span | None, unseen: list[str]
) -> None:
    tree = _tree(_read(text, cited))

    hidden = [tag.get_text() for tag in tree.select(".text > .unseen")]
    outline = [link.get_text() for link in tree.select(".outline a")]
    assert hidden == unseen
    assert not set(hidden) & set(outline)


def test_the_cited_passage_is_found_by_its_offsets_without_a_script() -> None:
    start = CHAT.index("四比特呢")
    tree = _tree(_read(CHAT, Span(start, start + 4)))

    cited = [tag for tag in tree.select(".cited") if not tag.select(".cited")]
    assert [tag.get_text().strip() for tag in cited] == ["四比特呢"]
    landing = tree.select("#passage")[0].find_next_sibling("div")
    assert landing is not None
    assert "四比特呢" in landing.get_text()


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n", "\r"])
def test_the_page_carries_the_source_of_the_cited_blocks_exactly(end_of_line: str) -> None:
    text = f"甲😀乙{end_of_line}第二行 <b>&{end_of_line}{end_of_line}别处"
    start = text.index("第二行")
    given = Reading(
        note(text),
        (Block(BlockKind.PARAGRAPH, Kind.ARTICLE, Span(0, start + 9), Span(0, start + 9)),),
        Origin(ZH, NOTE),
        Span(start, start + 3),
    )
    html = drawn("note.html", note_view(given, NOW))
    # As a browser reads it: CR and CRLF become LF, then references are resolved.
    page = html.replace("\r\n", "\n").replace("\r", "\n")
    template = BeautifulSoup(page, "html.parser").select("template#quotation")[0]

    source = template.get_text()
    at = int(str(template["data-start"])) - int(str(template["data-source-start"]))
    assert source == text[: start + 9]
    assert source[at : at + 3] == "第二行"


@pytest.mark.parametrize("cited", [Span(0, 0), Span(2, 999)])
def test_a_passage_that_is_not_there_is_said_to_have_moved(cited: Span) -> None:
    view = note_view(_read("甲乙丙", cited), NOW)

    assert (view.stale, view.quotation) == (True, None)


def test_a_very_long_note_is_set_as_far_as_there_is_time() -> None:
    text = ("甲" * 49_000 + "\n\n") * 22
    spans = [Span(at, at + 49_002) for at in range(0, len(text), 49_002)]
    blocks = tuple(Block(BlockKind.PARAGRAPH, Kind.ARTICLE, span, span) for span in spans)
    parts = note_view(Reading(note(text), blocks, Origin(ZH, NOTE)), NOW).parts

    assert len(parts) == 22
    assert ["unparsed" in part.html for part in parts[-3:]] == [False, True, True]
    assert [ZH("note.unparsed") in part.html for part in parts[-2:]] == [True, False]


def test_names_tags_and_questions_stand_around_the_note() -> None:
    made = replace(note("甲", path="LLM/kv.md", tags=("推理",)), lossy=True)
    given = Reading(made, (block(BlockKind.PARAGRAPH, "甲"),), Origin(ZH, NOTE), None,
                    (_Cites(CONVERSATION, "为什么？"), _Cites(OTHER, "为什么？")))  # fmt: skip
    view = note_view(given, NOW)
    tree = _tree(given)

    assert (view.folder, view.tags, view.size, view.modified.label) == (
        "LLM", (TagView("推理", "/tags/%E6%8E%A8%E7%90%86"),), "1 字", "15:30",
    )  # fmt: skip
    assert [(link["href"], link.get_text()) for link in tree.select(".beside li a")] == [
        (f"/c/{CONVERSATION}", "为什么？")
    ]
    assert tree.select(".head .notice")[0].get_text() == ZH("note.lossy")
    assert tree.select("a.tag")[0]["href"] == "/tags/%E6%8E%A8%E7%90%86"


def test_days_are_named_by_their_distance() -> None:
    days = (date(2024, 5, 20), date(2024, 5, 19), date(2024, 3, 7), date(2023, 3, 7))

    assert [day(ZH, when, NOW.date()) for when in days] == [
        "今天",
        "昨天",
        "3 月 7 日",
        "2023-03-07",
    ]
    assert day(texts("en"), days[2], NOW.date()) == "7 March"


def test_times_are_written_as_a_reader_reads_them() -> None:
    assert [offset_in_video(seconds) for seconds in (0, 61.9, 3_725)] == ["0:00", "1:01", "1:02:05"]
    assert [duration(ms) for ms in (9, 1_340, 125_000)] == ["9 ms", "1.3 s", "2 min 5 s"]
    assert [written(iso) for iso in ("2024-03-07", "2024-03-07 15:12:54", "15:12", "")] == [
        "2024-03-07",
        "2024-03-07 15:12",
        "15:12",
        "",
    ]
    assert [clock(iso) for iso in ("2024-03-07T15:12:54", "2024-03-07", "15:12")] == [
        "15:12:54",
        "",
        "15:12",
    ]
    assert [full_day(ZH, iso) for iso in ("15:12", "2024-02-31")] == ["", "2024-02-31"]


def test_a_comment_inside_a_line_is_set_with_it_and_one_of_its_own_is_folded() -> None:
    text = "前半句%%注%%后半句。\n\n%%\n*另*一条\n%%\n"

    parts = note_view(_read(text), NOW).parts

    assert [(part.shape, text[part.start : part.end]) for part in parts] == [
        ("prose", "前半句%%注%%后半句。"),
        ("folded", "%%\n*另*一条\n%%"),
    ]
    assert '<span class="remark"' in parts[0].html
    assert parts[1].name == "没有收进索引：注释"
    assert "*另*一条" in parts[1].html


def test_a_picture_written_out_is_shown_and_other_data_is_told_of() -> None:
    picture = "![图](data:image/png;base64," + "iVBORw0KGgo" * 30 + ")"
    text = f"一句。\n\n{picture}\n\n" + "QUJD" * 1_000 + "\n"

    parts = note_view(_read(text), NOW).parts

    assert [part.shape for part in parts] == ["prose", "prose", "folded"]
    assert "<img" in parts[1].html
    assert parts[2].name == "写在笔记里的数据，4,000 字"
    assert len(parts[2].html) < 1_000


def test_pictures_beyond_the_budget_are_told_of() -> None:
    picture = "![图](data:image/png;base64," + "iVBORw0KGgo" * 60_000 + ")"
    text = f"{picture}\n\n{picture}\n"

    assert [part.shape for part in note_view(_read(text), NOW).parts] == ["prose", "folded"]


def test_a_mark_for_contents_is_not_shown_and_hides_no_title() -> None:
    parts = note_view(_read("[TOC]\n\n# KV 缓存\n\n甲[^1]\n\n[^1]: 乙\n"), NOW).parts

    assert [(part.shape, part.repeats) for part in parts] == [("heading", True), ("prose", False)]
    assert 'class="footnote"' in parts[1].html
