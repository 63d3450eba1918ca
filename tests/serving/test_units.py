import pytest

from retrieval.chunk import Kind
from serving.units import units
from tests.serving.passages import of_kind


def said(text: str, kind: Kind = Kind.ARTICLE, speakers: tuple[str, ...] = ()) -> list[str]:
    return [unit.said for unit in units(of_kind(text, kind, speakers=speakers))]


def test_prose_is_cut_into_sentences() -> None:
    assert said("显存不够。先量化！再试一次") == ["显存不够。", "先量化！", "再试一次"]


def test_every_unit_stands_where_it_says() -> None:
    text = "## 标题\n\n第一句。第二句？\n- [ ] 待办一件"
    for unit in units(of_kind(text, Kind.ARTICLE)):
        assert unit.span.of(text).strip()
        assert unit.said in unit.span.of(text)


def test_a_message_is_one_unit_with_its_speaker_before_it() -> None:
    text = "### 选卡\n阿青 2024/5/2 9:01:22\n3090 够用\n两张更好\n老周 2024/5/2 9:02:10  \n同意"
    assert said(text, Kind.CHAT) == ["阿青：3090 够用\n两张更好", "老周：同意"]


def test_the_span_of_a_message_holds_its_header() -> None:
    text = "阿青 9:01:22\n3090 够用"
    (unit,) = units(of_kind(text, Kind.CHAT))
    assert unit.span.of(text) == text


def test_a_header_with_the_time_first_names_the_speaker() -> None:
    assert said("2024-05-11 21:03:15 小满\n可以先试 AWQ", Kind.CHAT) == ["小满：可以先试 AWQ"]


def test_a_comment_ends_with_its_date_line() -> None:
    text = (
        "路过的人\n双卡没有必要\n2024-01-02 10:11 👍3\n\n"
        "另一位\n回复 @路过的人 :看场景\n2024-01-03 09:00"
    )
    assert said(text, Kind.CHAT) == ["路过的人：双卡没有必要", "另一位：回复 @路过的人 :看场景"]


def test_what_holds_no_words_is_no_unit() -> None:
    text = "### 12\n2024-05-02\n阿青\n@aqing\n![](a.png)\nhttps://example.com/a\n有话说。"
    assert said(text, Kind.DIGEST, ("阿青",)) == ["有话说。"]


def test_numbers_and_times_of_subtitles_are_no_units() -> None:
    text = (
        "9\n00:00:58,000 --> 00:01:04,000\n讲师：低于六成别开\n\n"
        "00:05.000 --> 00:06.000 align:start\n42 层"
    )
    assert said(text, Kind.TRANSCRIPT) == ["讲师：低于六成别开", "42 层"]


def test_what_a_message_quotes_is_not_said_by_its_author() -> None:
    text = (
        "阿青 2024-05-02 09:01:22\n> 老周: 两张够吗？\n\n够用\n\n"
        "老周 2024-05-02 09:02:10\n> 阿青: 够用"
    )
    assert said(text, Kind.CHAT) == ["阿青：够用", "老周：> 阿青: 够用"]


def test_code_is_not_quoted() -> None:
    assert said("先装好。\n```sh\npip install x\n```\n再启动。") == ["先装好。", "再启动。"]


def test_marks_of_tasks_and_wikilinks_are_taken_off() -> None:
    assert said("- [x] 见 [[量化速查|量化]] 和 [[KV Cache]]") == ["见 量化 和 KV Cache"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("[2024/3/7 21:05] 小林: 掉点吗\n", "[2024/3/7 21:06] 阿毛: 不掉"),
        ("小林 昨天 21:05\n掉点吗\n\n", "阿毛 昨天 21:06\n不掉"),
        ("2024-03-07 21:05:12 小林(12345678)\n掉点吗\n\n", "2024-03-07 21:06 阿毛<a@b.c>\n不掉"),
        ("小林  9:05 PM\n掉点吗\n", "阿毛  9:06 PM\n不掉"),
        ("小林 2024年3月7日 21:05\n掉点吗\n", "阿毛 周三 21:05\n不掉"),
        ("小林 — 2024/03/07 21:05\n掉点吗\n", "阿毛, [07.03.2024 21:05]\n不掉"),
        ("小林 2024/3/1 10:00:01 阿毛\n掉点吗\n", "阿毛 10:00:09\n不掉"),
    ],
)
def test_headers_of_every_chat_program_are_taken_off(first: str, second: str) -> None:
    assert said(first + second, Kind.CHAT, ("小林", "阿毛")) == ["小林：掉点吗", "阿毛：不掉"]


def test_a_name_beside_a_time_in_a_sentence_is_no_header() -> None:
    text = "小林 2024/3/7 9:05:12\n阿毛 10:05 到站\n阿毛说 10:05: 走"
    assert said(text, Kind.CHAT, ("小林", "阿毛")) == ["小林：阿毛 10:05 到站\n阿毛说 10:05: 走"]
