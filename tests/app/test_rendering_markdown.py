"""What becomes of Markdown, with the quirks of clipped pages and chat logs."""

import time
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.rendering import Origin, Place, definitions, render_line, render_markdown
from app.rendering.marks import Mark
from retrieval.span import Span
from tests.app.pages_in_tests import NOTE, OTHER, ZH, hazards
from tests.timing import untraced

ORIGIN = Origin(
    ZH,
    NOTE,
    {"img/a b.png": "img/a b.png"}.get,
    {"KV 缓存": OTHER, "other.md": OTHER}.get,
)


def soup(text: str, place: Place | None = None) -> BeautifulSoup:
    return BeautifulSoup(render_markdown(text, ORIGIN, place), "html.parser")


def words(text: str) -> str:
    return soup(text).get_text().strip()


def test_font_colour_becomes_one_of_our_inks() -> None:
    html = render_markdown("<font color='red'>甲</font><font color=\"#c00000\">乙</font>", ORIGIN)

    expected = '<p><span class="ink-red">甲</span><span class="ink-red">乙</span></p>'
    assert html.strip() == expected


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ("#00f", "ink-blue"),
        ("#777777", "ink-grey"),
        ("orange", "ink-amber"),
        ("#000000", None),
        ("url(x)", None),
        ("rebeccapurple", None),
    ],
)
def test_each_colour_is_mapped_or_dropped(colour: str, ink: str | None) -> None:
    (tag,) = soup(f"<font color='{colour}'>x</font>").select("span")

    assert tag.get("class") == ([ink] if ink else None)


@pytest.mark.parametrize(
    "text",
    [
        "<instructions>",
        "</response_format>",
        "<desired_writing_style>",
        "‹实体-属性>",
        "<你要总结的内容>",
        "<thinking>a</thinking>",
        "<header>代码分析：</header>",
        "<summary>$coverage</summary>",
        "<table>",
        "<!-- 没有关上的话",
        "<!DOCTYPE html>",
        "<column1>目的</column1>",
        "$HOME/bin:$PATH",
        "价钱是 $5 和 $6",
    ],
)
def test_what_only_looks_like_html_or_math_is_shown_as_it_is_written(text: str) -> None:
    assert words(f"见 {text} 处") == f"见 {text} 处"


def test_an_unfenced_prompt_is_shown_whole() -> None:
    prompt = (
        "<prompt>\n<table>\n<row>a</row>\n</table>\n<code_section>\nb\n</code_section>\n</prompt>"
    )

    assert words(prompt).split() == prompt.split()


def test_math_is_mathml_even_with_angle_brackets() -> None:
    (math,) = soup("$<x_1,y_1>,…<x_n,y_n>$").select("math")

    assert math.get_text() == "<x1,y1>,…<xn,yn>"


def test_math_that_cannot_be_read_is_shown_as_code() -> None:
    tree = soup("$\\frac_$ 与\n\n$$\n\\left( x\n$$\n")

    assert [code.get_text() for code in tree.select(".unset-math")] == ["\\frac_", "\\left( x"]


def test_a_link_with_nested_brackets_leads_where_it_says() -> None:
    (link,) = soup("[【直觉】a [b] | c](https://example.com/?p=2)").select("a")

    assert link.attrs == {
        "class": ["out"],
        "href": "https://example.com/?p=2",
        "rel": ["noopener", "noreferrer", "nofollow"],
        "target": "_blank",
        "title": "https://example.com/?p=2",
    }
    assert link.get_text() == "【直觉】a [b] | c"


def test_a_link_names_its_host_unless_its_words_do() -> None:
    hosts = soup("[a](https://a.example/x) [b.example](https://b.example/) https://c.example/d")

    assert [host.get_text() for host in hosts.select(".host")] == ["a.example"]


def test_an_address_ends_where_chinese_begins() -> None:
    links = soup("见https://t.example/a_b。又见（https://t.example/c(d)）https://e.example中文")

    assert [link["href"] for link in links.select("a")] == [
        "https://t.example/a_b",
        "https://t.example/c(d)",
        "https://e.example",
    ]


def test_a_path_of_a_machine_is_words_and_no_link() -> None:
    tree = soup("[图](file:///C:\\Users\\me\\0RF.gif) [b](C:\\b.txt) [c](\\\\host\\c) [d](/etc/x)")

    assert [link.get("href") for link in tree.select("a")] == [None] * 4
    assert {tuple(link["class"]) for link in tree.select("a")} == {("inert", "local")}


def test_an_image_path_with_backslashes_and_open_brackets_stays_text() -> None:
    tree = soup("![0RF[5[EVQ](file:///C:\\Users\\me\\0RF[5[EVQ.gif)")

    assert tree.get_text().strip() == "![0RF[5EVQ"
    assert [(tag.name, tag.get("href")) for tag in tree.select("a, img")] == [("a", None)]


def test_a_local_image_is_shown_when_it_exists() -> None:
    (image,) = soup("![图](<img/a b.png>)").select("img")

    assert image["src"] == f"/assets/{NOTE}/img/a%20b.png"
    assert image["alt"] == "图"


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("![图](img/none.png)", "图 图片不在文件夹里"),
        ("![](LLM.assets/image-1.png)", "image-1.png 图片不在文件夹里"),
        ("![a](https://evil.example/p.png)", "a 外部图片未载入（evil.example）"),
        ("![a](javascript:x)", "a 图片地址不安全，未载入"),
        ('<img src="https://evil.example/p" alt="b">', "b 外部图片未载入（evil.example）"),
    ],
)
def test_an_absent_image_leaves_a_quiet_placeholder(image: str, shown: str) -> None:
    tree = soup(image)

    assert tree.select("img") == []
    assert [" ".join(tag.get_text().split()) for tag in tree.select(".absent")] == [shown]


def test_wikilinks_lead_to_notes_or_say_that_there_is_none() -> None:
    tree = soup("[[KV 缓存]] [[KV 缓存#代价|那一节]] [[没有]]")

    assert [(link.get_text(), link.get("href")) for link in tree.select("a")] == [
        ("KV 缓存", f"/notes/{OTHER}"),
        ("那一节", f"/notes/{OTHER}#h-%E4%BB%A3%E4%BB%B7"),
        ("没有", None),
    ]


def test_relative_links_and_fragments_stay_inside() -> None:
    tree = soup("[a](other.md) [b](./other.md#X%20y) [c](#X y) [d](#Xy) [e](none.md)")

    assert [link.get("href") for link in tree.select("a")] == [
        f"/notes/{OTHER}",
        f"/notes/{OTHER}#h-x-y",
        "#h-xy",
        None,
    ]


def test_footnotes_of_a_note_join_mark_and_words() -> None:
    tree = soup("词[^1] 与[^没有]\n\n[^1]: 说明")

    assert [(link["id"], link["href"]) for link in tree.select("a.note-mark")] == [
        ("fnref-1", "#fn-1"),
        ("fn-1", "#fnref-1"),
    ]
    assert "[^没有]" in tree.get_text()


def test_definitions_of_the_whole_note_reach_each_stretch() -> None:
    known = definitions("[甲]: https://a.example\n\n[^n]: 说明")

    html = render_markdown("[甲][] [^n]", ORIGIN, known=known)

    links = BeautifulSoup(html, "html.parser").select("a")
    assert [link["href"] for link in links] == ["https://a.example", "#fn-n"]


def test_tables_tasks_code_and_struck_words_are_set() -> None:
    tree = soup(
        "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n- [x] 做了\n- [ ] 没做\n\n~~旧~~\n\n"
        "```python\nreturn 1\n```\n\n<details><summary>看</summary>\n\n*里面*\n\n</details>\n"
    )

    assert [tag["class"] for tag in tree.select("td")] == [["align-center"], ["align-right"]]
    assert [tag["aria-label"] for tag in tree.select(".task")] == ["已完成", "未完成"]
    assert tree.select("pre code .hl-k")[0].get_text() == "return"
    assert tree.select("details em")[0].get_text() == "里面"
    assert len(tree.select("s")) == 1


def test_an_html_table_and_centred_words_are_drawn_without_their_attributes() -> None:
    tree = soup(
        '<table width=9 onclick="x"><tr><td bgcolor=red>甲</td></tr></table>\n\n'
        "<center>中</center>\n\n<div><script>x</script><x>y</x><!-- c --><?p?></div>"
    )

    assert [tag.attrs for tag in tree.select("table, td")] == [{}, {}]
    assert tree.select("div.center")[0].get_text() == "中"
    assert tree.select("div")[-1].get_text() == "<script>x</script><x>y</x><!-- c --><?p?>"


def test_headings_get_ids_of_their_own() -> None:
    ids = [tag["id"] for tag in soup('# A b\n\n## A b\n\n###### 题 "x"').select("h2, h3, h6")]

    assert ids == ["h-a-b", "h-a-b--2", "h-题-x"]


def test_blocks_carry_the_offsets_of_their_source() -> None:
    text = "# 题\r\n\r\n一段\r\n\r\n- 甲\r\n- 乙\r\n"
    tree = soup(text, Place(100, Span(100 + text.index("乙"), 100 + text.index("乙") + 1)))

    spans = {
        text[int(str(tag["data-start"])) - 100 : int(str(tag["data-end"])) - 100].strip()
        for tag in tree.select("h2, p, li")
    }
    assert spans == {"# 题", "一段", "- 甲", "- 乙"}
    assert [tag.get_text().strip() for tag in tree.select(".cited")] == ["乙"]


def test_a_stretch_of_html_carries_its_offsets_too() -> None:
    text = "甲\n\n<details><summary>乙</summary>\n\n丙\n\n</details>\n\n<center>丁</center>"
    tree = soup(text, Place(0))

    assert [tag["data-start"] for tag in tree.select("details, .center")] == [
        str(text.index("<details")),
        str(text.index("<center")),
    ]


@given(st.text(alphabet="a甲😀\r\n-#>|` *1.[]", max_size=60), st.integers(0, 1000))
def test_offsets_always_lie_in_the_text_and_on_its_lines(text: str, offset: int) -> None:
    tree = soup(text, Place(offset))

    for tag in tree.select("[data-start]"):
        start, end = int(str(tag["data-start"])), int(str(tag["data-end"]))
        assert offset <= start <= end <= offset + len(text)
        assert start == offset or text[start - offset - 1] in "\r\n"


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_becomes_a_page_that_can_be_sent(text: str) -> None:
    html = render_markdown(text, ORIGIN)

    html.encode("utf-8")
    assert hazards(html) == []


def test_a_line_is_set_without_a_paragraph() -> None:
    assert render_line("**1** `x` <i>y</i>", ORIGIN) == "<strong>1</strong> <code>x</code> <i>y</i>"


def test_a_line_that_is_far_too_long_is_shown_as_it_is() -> None:
    assert render_line("*a*" * 10_000, ORIGIN) == "*a*" * 10_000


def test_unknown_asset_and_note_resolvers_know_nothing() -> None:
    html = render_markdown("![](a.png) [[b]]", Origin(ZH, UUID(int=1)))

    assert "<img" not in html
    assert "unresolved" in html


@given(
    text=st.text("甲乙aB1 ，。—“”()/:.;%+-?…é", max_size=40).map(lambda text: f"{text.strip()}甲"),
    cited=st.none() | st.integers(0, 60).map(lambda start: Span(start, start + 5)),
)
def test_a_line_without_markup_is_set_as_the_parser_would(text: str, cited: Span | None) -> None:
    nothing = Mark(len(text), 0, Markup())
    place = Place(7, cited)

    parsed = render_markdown(text, ORIGIN, place, marks=[nothing])

    assert render_markdown(text, ORIGIN, place) == parsed
    assert render_markdown(text, ORIGIN) == render_markdown(text, ORIGIN, marks=[nothing])


def test_a_page_of_talk_is_set_line_by_line_in_time() -> None:
    with untraced():
        started = time.process_time()
        for number in range(5_000):
            render_markdown("好的，那就 48G 吧 (a.b/c)。", ORIGIN, Place(number))
        ended = time.process_time()

    assert ended - started < 1.0
