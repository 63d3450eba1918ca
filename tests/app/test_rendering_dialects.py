"""What Obsidian, Typora and GitHub write beyond CommonMark, as the page shows it."""

import pytest
from bs4 import BeautifulSoup, Tag

from app.rendering import Origin, Place, render_line, render_markdown
from app.rendering.pictures import written_picture
from app.texts import texts
from retrieval.span import Span
from tests.app.pages_in_tests import NOTE, OTHER, ZH

ORIGIN = Origin(ZH, NOTE, {"img/a b.png": "img/a b.png"}.get, {"KV 缓存": OTHER, "a^b": OTHER}.get)
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def soup(text: str, place: Place | None = None, origin: Origin = ORIGIN) -> BeautifulSoup:
    return BeautifulSoup(render_markdown(text, origin, place), "html.parser")


def classes(tag: Tag) -> list[str]:
    return [name for name in tag.get_attribute_list("class") if name]


@pytest.mark.parametrize(
    ("kind", "family", "title"),
    [
        ("note", "note", "笔记"),
        ("NOTE", "note", "笔记"),
        ("Summary", "abstract", "摘要"),
        ("tldr", "abstract", "摘要"),
        ("important", "important", "重点"),
        ("CAUTION", "warning", "小心"),
        ("check", "success", "完成"),
        ("faq", "question", "问题"),
        ("missing", "failure", "失败"),
        ("error", "danger", "危险"),
        ("bug", "bug", "缺陷"),
        ("example", "example", "例子"),
        ("cite", "quote", "引文"),
        ("info", "info", "说明"),
        ("todo", "todo", "待办"),
        ("recipe", "note", "recipe"),
    ],
)
def test_each_kind_of_callout_has_its_box(kind: str, family: str, title: str) -> None:
    (box,) = soup(f"> [!{kind}]\n> 一句**话**。").select(".callout")

    assert (box.name, classes(box)) == ("div", ["callout", f"callout-{family}"])
    assert [(tag.name, tag.get_text()) for tag in box.select("p")] == [
        ("p", title),
        ("p", "一句话。"),
    ]
    assert "data-extra" in box.select(".callout-title")[0].attrs


def test_a_callout_speaks_the_readers_language() -> None:
    origin = Origin(texts("en"), NOTE)

    assert soup("> [!tip]\n> a", origin=origin).select(".callout-title")[0].get_text() == "Tip"


def test_a_callout_has_its_own_title_and_folds() -> None:
    tree = soup("> [!tip]- 一个 *题目*\n> 甲\n\n> [!tip]+ 打开\n\n乙")

    closed, opened = tree.select("details.callout")
    assert "open" not in closed.attrs
    assert "open" in opened.attrs
    assert [tag.get_text() for tag in tree.select("summary")] == ["一个 题目", "打开"]
    assert "data-extra" not in closed.select("summary")[0].attrs
    assert opened.select("p") == []
    assert [tag.get_text() for tag in tree.find_all("p", recursive=False)] == ["乙"]


def test_a_folded_callout_is_open_where_it_is_cited() -> None:
    text = "> [!tip]- 题\n> 甲"

    (box,) = soup(text, Place(10, Span(10 + text.index("甲"), 11 + text.index("甲")))).select(
        "details"
    )

    assert "open" in box.attrs
    assert [tag.get_text() for tag in box.select("p.cited")] == ["甲"]


def test_callouts_stand_in_callouts_and_quotations_stay_quotations() -> None:
    tree = soup("> [!note] 外\n> 甲\n>\n> > [!bug] 内\n> > 乙\n\n> 引文 [!note]")

    assert [classes(tag)[1] for tag in tree.select(".callout")] == ["callout-note", "callout-bug"]
    assert tree.select(".callout .callout .callout-title")[0].get_text() == "内"
    assert [tag.get_text().strip() for tag in tree.select("blockquote")] == ["引文 [!note]"]


def test_the_parts_of_a_callout_carry_their_offsets() -> None:
    text = "> [!tip] 题\n> 甲\n> 乙\n\n> [!tip]\n"
    tree = soup(text, Place(0))

    assert [
        text[int(str(tag["data-start"])) : int(str(tag["data-end"]))]
        for tag in tree.select(".callout, .callout p")
    ] == ["> [!tip] 题\n> 甲\n> 乙\n", "> [!tip] 题\n", "> 甲\n> 乙\n", "> [!tip]\n", "> [!tip]\n"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一==重点 *字*==二", "一<mark>重点 <em>字</em></mark>二"),
        ("a==b and c==d", "a==b and c==d"),
        ("x == y 或 y == z", "x == y 或 y == z"),
        ("====", "===="),
        ("H~2~O", "H<sub>2</sub>O"),
        ("x^2^ 与 10^-3^", "x<sup>2</sup> 与 10<sup>-3</sup>"),
        ("3~5 个，8~10 个", "3~5 个，8~10 个"),
        ("~/a~b", "~/a~b"),
        ("~~旧~~", "<s>旧</s>"),
        ("甲%%注%%乙", '甲<span class="remark" title="注释，不收进索引">注</span>乙'),
        ("100%% 与 50%%", "100%% 与 50%%"),
        ("甲<!-- 注 -->乙", '甲<span class="remark" title="注释，不收进索引"> 注 </span>乙'),
        ("[TOC]", "[TOC]"),
        ("一段 ^abc-1", '一段 <span class="block-id" id="b-abc-1">^abc-1</span>'),
        ("2 ^3 次", "2 ^3 次"),
        ("`==a== %%b%% ~c~`", "<code>==a== %%b%% ~c~</code>"),
        ("\\==a==", "==a=="),
    ],
)
def test_marks_inside_a_line(text: str, html: str) -> None:
    assert render_line(text, ORIGIN) == html


def test_embedded_images_are_shown_and_embedded_notes_are_linked() -> None:
    tree = soup(
        "![[img/a b.png|300]] ![[img/a b.png|图 一]] ![[KV 缓存#代价]] ![[KV 缓存|看]] ![[没有]]"
    )

    assert [(tag["src"], tag["alt"]) for tag in tree.select("img")] == [
        (f"/assets/{NOTE}/img/a%20b.png", "a b"),
        (f"/assets/{NOTE}/img/a%20b.png", "图 一"),
    ]
    assert [(tag["href"], tag.get_text()) for tag in tree.select("a.embed")] == [
        (f"/notes/{OTHER}#h-%E4%BB%A3%E4%BB%B7", "KV 缓存 › 代价"),
        (f"/notes/{OTHER}", "看"),
    ]
    (absent,) = tree.select(".absent")
    assert (absent["title"], absent.get_text()) == ("没有叫“没有”的笔记", "没有")


def test_an_embedded_image_that_is_not_there_is_said_to_be_absent() -> None:
    assert soup("![[none.png]]").get_text().split() == ["none", "图片不在文件夹里"]


def test_a_wikilink_leads_to_a_block_or_to_the_last_of_its_headings() -> None:
    tree = soup("[[KV 缓存#^b1]] [[KV 缓存^b1]] [[a^b]] [[KV 缓存#一#二]] [[#^b1]]")

    assert [(tag.get("href"), tag.get_text()) for tag in tree.select("a")] == [
        (f"/notes/{OTHER}#b-b1", "KV 缓存 › b1"),
        (f"/notes/{OTHER}#b-b1", "KV 缓存^b1"),
        (f"/notes/{OTHER}", "a^b"),
        (f"/notes/{OTHER}#h-%E4%BA%8C", "KV 缓存 › 一 › 二"),
        ("#b-b1", "b1"),
    ]


def test_each_footnote_is_a_paragraph_of_its_own() -> None:
    text = "词[^a] 词[^b]\n[^a]: 甲\n续\n[^b]: 乙\n\n  - 项\n\n后文\n"
    tree = soup(text, Place(0))

    assert [" ".join(tag.get_text().split()) for tag in tree.select(".footnote")] == [
        "a 甲 续",
        "b 乙 项",
    ]
    assert [(tag["id"], tag["href"]) for tag in tree.select(".footnote a")] == [
        ("fn-a", "#fnref-a"),
        ("fn-b", "#fnref-b"),
    ]
    assert [tag.get_text() for tag in tree.find_all("p", recursive=False)] == ["词a 词b", "后文"]
    assert [
        text[int(str(tag["data-start"])) : int(str(tag["data-end"]))]
        for tag in tree.select(".footnote")
    ] == ["[^a]: 甲\n续\n", "[^b]: 乙\n\n  - 项\n"]


def test_a_picture_written_out_is_drawn_with_its_words() -> None:
    for text in (f"![图]({PIXEL})", f"<img alt='图' src='{PIXEL}'>", f"[图]: {PIXEL}"):
        drawn = written_picture(text, ORIGIN)
        assert drawn is not None
        (image,) = BeautifulSoup(drawn, "html.parser").select("img")
        assert image["src"] == PIXEL
    assert written_picture(f"![图]({PIXEL})", ORIGIN) == (
        f'<p><img src="{PIXEL}" alt="图" loading="lazy" decoding="async"></p>'
    )


@pytest.mark.parametrize(
    "text", ["QUJD" * 100, "data:image/svg+xml;base64,AAAA", "data:text/html;base64,AA"]
)
def test_other_data_is_no_picture(text: str) -> None:
    assert written_picture(text, ORIGIN) is None
