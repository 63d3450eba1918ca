from uuid import UUID

import pytest

from ingest.chunking import GAP, LONG_ENTRY, WHOLE, chunks
from ingest.draft import TARGET
from ingest.parsing import parse
from retrieval.chunk import Chunk, Kind

SENTENCE = "显存放着权重、缓存和激活，三样加起来不能超过卡的容量。"


def cut(text: str) -> list[Chunk]:
    return list(chunks(UUID(int=1), text, parse(text, "名")))


def texts(text: str) -> list[str]:
    return [chunk.text for chunk in cut(text)]


def said(name: str, clock: str, words: str, *, day: str = "2024/3/7") -> str:
    return f"{name} {day} {clock}\n{words}\n"


def test_header_names_title_headings_kind_date_and_speakers() -> None:
    text = "# 群\n\n## 卡\n" + said("小林", "9:05:12", "在吗") + said("阿毛", "9:06:00", "在")
    assert [chunk.header for chunk in cut(text)] == [
        "群 › 卡 | chat | 2024-03-07 09:05:12 | 小林, 阿毛"
    ]


def test_short_sections_of_one_parent_share_a_chunk() -> None:
    assert texts("# 一\n\n短。\n\n## 二\n\n也短。\n\n## 三\n\n还短。\n") == [
        "# 一\n\n短。\n\n## 二\n\n也短。\n\n## 三\n\n还短。"
    ]


def test_long_sections_stand_alone_and_begin_with_their_headings() -> None:
    body = SENTENCE * 6
    assert texts(f"# 一\n\n## 二\n\n{body}\n\n## 三\n\n{body}\n") == [
        f"# 一\n\n## 二\n\n{body}",
        f"## 三\n\n{body}",
    ]


def test_long_prose_is_cut_between_sentences() -> None:
    found = texts(SENTENCE * 60)
    assert "".join(found) == SENTENCE * 60
    assert all(piece.endswith("。") and len(piece) <= TARGET * 1.5 for piece in found)


@pytest.mark.parametrize("kept", ["```py\n{}\n```", "| 卡 | 显存 |\n|---|---|\n| 甲 | {} |"])
def test_code_and_tables_stay_whole_up_to_a_size(kept: str) -> None:
    block = kept.format("x = 1;" * 300)
    assert TARGET < len(block) <= WHOLE
    assert texts(f"{SENTENCE * 9}\n\n{block}\n")[-1] == block
    assert len(texts(kept.format("x = 1;\n" * 900))) > 1


def test_a_window_of_three_messages_begins_at_each_message() -> None:
    log = [said("甲", f"9:0{minute}:00", f"第{minute}句") for minute in range(5)]
    assert texts("".join(log)) == [
        "".join(log[start : start + 3]).rstrip("\n") for start in range(3)
    ]


def test_two_messages_make_one_chunk() -> None:
    log = said("甲", "9:00:00", "在吗") + said("乙", "9:01:00", "在")
    assert [chunk.speakers for chunk in cut(log)] == [("甲", "乙")]


def test_a_long_silence_begins_another_conversation() -> None:
    morning = said("甲", "9:00:00", "在吗") + said("乙", "9:00:30", "在")
    noon = said("甲", f"9:{GAP + 1}:00", "又来了")
    assert texts(morning + noon) == [morning.rstrip("\n"), noon.rstrip("\n")]
    soon = said("甲", f"9:{GAP}:00", "又来了")
    assert texts(morning + soon) == [(morning + soon).rstrip("\n")]


def test_messages_without_a_date_stay_together() -> None:
    log = "甲 9:00:00\n在吗\n乙 23:00:00\n在\n"
    assert texts(log) == [log.rstrip("\n")]


def test_long_messages_stand_alone() -> None:
    log = [said("甲", f"9:0{minute}:00", SENTENCE * 20) for minute in range(4)]
    assert texts("".join(log)) == [message.rstrip("\n") for message in log]


def test_a_very_long_message_is_cut_and_keeps_its_speaker() -> None:
    found = cut(said("甲", "9:00:00", SENTENCE * 90) + said("乙", "9:01:00", "好长"))
    assert {chunk.speakers for chunk in found} == {("甲",), ("乙",)}
    assert all(len(chunk.text) <= LONG_ENTRY for chunk in found)


def test_an_entry_is_one_chunk_and_a_long_one_several_with_the_same_author() -> None:
    short = "### 1\n2024-03-01\n甲\n@a\n短的。"
    long = "### 2\n2024-03-02\n乙\n@b\n" + SENTENCE * 60
    found = cut(f"{short}\n{long}\n")
    assert (found[0].text, found[0].speakers, found[0].when) == (short, ("甲",), "2024-03-01")
    assert len(found) > 2
    assert {(chunk.kind, chunk.speakers, chunk.when) for chunk in found[1:]} == {
        (Kind.DIGEST, ("乙",), "2024-03-02")
    }


def test_speech_is_grouped_by_its_time_and_opens_the_video_at_its_beginning() -> None:
    lines = [f"{second // 60:02}:{second % 60:02} 第{second}秒" for second in range(0, 200, 20)]
    found = cut("## [讲](https://example.org/video/7)\n" + "\n".join(lines) + "\n")
    assert [(chunk.link, len(chunk.text.splitlines())) for chunk in found] == [
        ("https://example.org/video/7?t=0", 1 + 4),
        ("https://example.org/video/7?t=80", 4),
        ("https://example.org/video/7?t=160", 2),
    ]


def test_a_lot_of_speech_in_little_time_is_cut_by_its_length() -> None:
    found = texts("".join(f"00:0{second} {SENTENCE * 8}\n" for second in range(6)))
    assert [text.count("00:0") for text in found] == [2, 2, 2]


def test_the_authors_cut_holds_however_short_the_parts_are() -> None:
    assert texts("一。\n\n<!-- cut -->\n\n二。\n\n--- cut ---\n三。\n") == ["一。", "二。", "三。"]


def test_what_is_left_out_divides_however_short_the_parts_are() -> None:
    page = (
        "Home About Log in Search\n\nFirst words, before.\n\nAdvertisement\n\nLast words, after.\n"
    )
    assert texts(page) == ["First words, before.", "Last words, after."]


def test_a_whole_note_is_one_chunk() -> None:
    head = "---\nchunk: whole\n---\n"
    body = f"# 一\n\n{SENTENCE * 60}\n\n<!-- cut -->\n\n## 二\n\n{SENTENCE}"
    assert texts(f"{head}{body}\n") == [body]
    assert texts(head) == []


def test_headings_without_words_are_found_too() -> None:
    assert [(chunk.text, chunk.headings) for chunk in cut("# 一\n\n## 二\n")] == [
        ("# 一\n\n## 二", ("一", "二"))
    ]


def test_a_list_that_reads_as_headings_is_cut_by_its_length() -> None:
    found = texts("\n\n".join(f"第{number}个名词" for number in range(300)) + "\n")
    assert all(len(text) <= TARGET * 1.5 for text in found)


def test_equal_texts_have_different_ids() -> None:
    log = (said("甲", "9:00:00", "在") + said("乙", "9:00:01", "在")) * 3
    found = cut(log)
    assert len({chunk.indexed_text for chunk in found}) < len(found)
    assert len({chunk.id for chunk in found}) == len(found)


def test_ids_of_two_notes_differ() -> None:
    parsed = parse("同样的话。", "名")
    first, second = (chunks(UUID(int=note), "同样的话。", parsed) for note in (1, 2))
    assert first[0].id != second[0].id


@pytest.mark.parametrize("mark", ["<!-- cut -->", "---cut---"])
def test_the_authors_cut_counts_in_talk_too(mark: str) -> None:
    log = said("甲", "9:00:00", "先说这个") + f"{mark}\n" + said("乙", "9:01:00", "再说那个")
    assert texts(log) == ["甲 2024/3/7 9:00:00\n先说这个", "乙 2024/3/7 9:01:00\n再说那个"]


def test_the_authors_cut_counts_inside_an_entry() -> None:
    entry = "### {}\n\n2024-03-01\n\n甲\n@jia\n前半。\n<!-- cut -->\n后半。\n"
    found = texts(entry.format("01") + entry.format("02"))
    assert [piece.endswith("前半。") for piece in found] == [True, False, True, False]
    assert found[1] == "后半。"


def test_words_far_apart_stand_in_chunks_of_their_own() -> None:
    text = "甲\n" + "\n" * 1_000 + "乙"

    assert [chunk.text for chunk in cut(text)] == ["甲", "乙"]


@pytest.mark.parametrize(
    "text",
    [
        "小林 2024/3/7 9:05:12\n在吗\n{}\n在的\n阿毛 2024/3/7 9:06:01\n好",
        "11:18 第一句\n11:20 第二句\n{}\n11:30 第三句",
        "### 07\n2024-03-01\n青木\n@aoki\n一。\n{}\n二。\n\n### 08\n2024-03-02\n大\n@ota\n三",
        "- 一\n  {}\n- 二",
        "> 一\n{}\n> 二",
        "[^1]: 一\n{}\n二[^1]",
        "| 一 |\n|---|\n| 二 |\n{}\n| 三 |",
        "路人甲\n说得\n{}\n好\n2024-01-17 23:11 👍7",
    ],
)
@pytest.mark.parametrize("mark", ["<!-- cut -->", "---cut---"])
def test_no_chunk_reaches_over_a_cut_in_any_kind_of_text(text: str, mark: str) -> None:
    text = text.format(mark)
    place = text.index(mark)

    found = cut(text)

    assert len(found) > 1
    assert [chunk.text for chunk in found if mark in chunk.text] == []
    assert {chunk.span.start < place < chunk.span.end for chunk in found} == {False}


def test_a_cut_in_a_fence_of_talk_is_code() -> None:
    text = "小林 2024/3/7 9:05:12\n看\n```\n---cut---\n```\n阿毛 2024/3/7 9:06:01\n好"

    assert texts(text) == [text]


def test_a_footnote_is_indexed_below_the_headings_of_what_refers_to_it() -> None:
    text = (
        "# 缓存\n\n## 代价\n\n翻倍[^a]。\n\n## 参考\n\n书目。\n\n[^a]: 按 32K 算。\n"
        "[^b]: 没有谁提到。"
    )

    assert [(chunk.header, chunk.text) for chunk in cut(text)][1:] == [
        ("缓存 › 代价 | article", "[^a]: 按 32K 算。"),
        ("缓存 › 参考 | article", "[^b]: 没有谁提到。"),
    ]
