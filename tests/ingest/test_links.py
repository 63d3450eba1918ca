import pytest
from hypothesis import given

from ingest.parsing.links import Link, links
from retrieval.span import Span
from tests.ingest.note_texts import note_texts


@pytest.mark.parametrize(
    ("text", "target", "section", "words", "embedded"),
    [
        ("[[KV 缓存]]", "KV 缓存", "", "", False),
        ("[[KV 缓存#代价|那一节]]", "KV 缓存", "代价", "那一节", False),
        ("[[ ./KV.md # 代价 ]]", "KV.md", "代价", "", False),
        ("[[KV^abc]]", "KV", "^abc", "", False),
        ("[[KV#^abc|块]]", "KV", "^abc", "块", False),
        ("[[#本页]]", "", "本页", "", False),
        ("![[图/a b.png|300]]", "图/a b.png", "", "300", True),
        ("![[KV#代价]]", "KV", "代价", "", True),
        ("[看](../a%20b.md#X%20y)", "../a b.md", "X y", "看", False),
        ("![图](<img/a b.png>)", "img/a b.png", "", "图", True),
        ('[【二】 [a]](n(1).md "题")', "n(1).md", "", "【二】 [a]", False),
        ("[d](/手册/价值/#透明)", "/手册/价值/", "透明", "d", False),
        ("[c](#下面)", "", "下面", "c", False),
    ],
)
def test_each_way_of_linking_is_read(
    text: str, target: str, section: str, words: str, *, embedded: bool
) -> None:
    link = Link(target, section, words, Span(2, 2 + len(text)), embedded)

    assert links(f"见\n{text} 处") == (link,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[a](https://example.org/a.md)",
        "[a](mailto:a@example.org)",
        "[a](//example.org/a)",
        "[a](/\\host\\a)",
        "[a](C:\\a.md)",
        "[a](\\\\host\\a)",
        "[a]()",
        "`[[a]]` 与 `` [a](b.md) ``",
        "```\n[[a]]\n```",
        "%%[[a]]%%\n\n<!--\n[[b]]\n-->",
        "[[a\nb]]",
        "[[]]",
    ],
)
def test_what_leads_elsewhere_or_is_code_or_comment_is_no_link(text: str) -> None:
    assert links(text) == ()


def test_links_come_in_the_order_of_the_text() -> None:
    text = "[a](a.md) [[b]]\r\n> - [[c]] [d](d.md)\r\n"

    assert [link.target for link in links(text)] == ["a.md", "b", "c", "d.md"]


@given(note_texts())
def test_the_place_of_a_link_is_what_is_written(text: str) -> None:
    for link in links(text):
        written = link.span.of(text)
        assert written.startswith(("[", "!["))
        assert written.endswith(("]]", ")"))
