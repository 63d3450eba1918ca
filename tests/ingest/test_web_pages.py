import base64
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.decoding import Decoded
from ingest.formats import FileBytes, format_of
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.formats.web_page import WEB_PAGE, hypertext

SAID = "缓存省去重复计算，代价是显存。"
TAGS = re.split(
    ",",
    "p,div,ul,li,table,tr,td,pre,code,b,a href=x,nav,h2,blockquote,span hidden,aside,form,br,"
    "img src=a alt=b,math,svg",
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag.split()[0]}>" for tag in TAGS]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


def read(source: str) -> str:
    return WEB_PAGE.text(FileBytes("a.html", source.encode())).text


@pytest.mark.parametrize(
    ("head", "encoding", "read_as"),
    [
        ('<meta charset="gb2312">', "gb18030", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gbk", "gb18030"),
        ('<meta charset="big5">', "big5", "big5hkscs"),
        ('<meta charset="utf-8">', "utf-8", "utf-8"),
        ('<?xml version="1.0" encoding="GB18030"?>', "gb18030", "gb18030"),
    ],
)
def test_page_says_its_encoding(head: str, encoding: str, read_as: str) -> None:
    source = f"{head}<p>{'顯存' if encoding == 'big5' else SAID}"
    assert hypertext(source.encode(encoding)) == Decoded(source, read_as)


def test_page_that_names_the_wrong_encoding_is_read_as_what_it_is() -> None:
    source = f'<meta charset="gb2312"><p>{SAID}'
    assert hypertext(source.encode()) == Decoded(source, "utf-8")
    named = f'<meta charset="ascii"><p>{SAID}'
    assert hypertext(named.encode("gb18030")) == Decoded(named, "gb18030", guessed=True)


@pytest.mark.parametrize("name", ["no-such-code", "utf-16", "hex"])
def test_name_of_no_encoding_is_passed_over(name: str) -> None:
    source = f'<meta charset="{name}"><p>{SAID}'
    assert hypertext(source.encode("gb18030")) == Decoded(source, "gb18030", guessed=True)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>KV 缓存 - 某博客</title>", "KV 缓存"),
        ("<title>a-b</title>", "a-b"),
        ('<title>x</title><meta property="og:title" content="真名">', "真名"),
        ("<title>KV 缓存详解_某某的博客-CSDN博客</title><h1>KV 缓存详解</h1>", "KV 缓存详解"),
        ("<h1>只有标题</h1>", "只有标题"),
        ("<title>  </title>", ""),
    ],
)
def test_page_is_named_by_its_own_title(head: str, title: str) -> None:
    text = read(f"{head}<p>{SAID}</p>")
    assert text == (f"# {title}\n\n" if title else "") + SAID + "\n"
    parsed = WEB_PAGE.parse(text, "file")
    assert (parsed.title, parsed.named) == (title or "file", not title)


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://example.org/a">',
        '<meta property="og:url" content="https://example.org/a">',
        '<base href="https://example.org/a">',
        "<!-- saved from url=(0021)https://example.org/a -->",
        "<!--\n Page saved with SingleFile\n url: https://example.org/a \n saved date: today\n-->",
    ],
)
def test_page_says_where_it_was_saved_from(head: str) -> None:
    assert read(f"<head>{head}</head><p>{SAID}") == f"<https://example.org/a>\n\n{SAID}\n"


@pytest.mark.parametrize("address", ["javascript:x", "//", "http://[", "https://a b", "file:///x"])
def test_address_that_opens_no_page_is_none(address: str) -> None:
    assert read(f'<link rel="canonical" href="{address}"><p>{SAID}') == f"{SAID}\n"


def test_pictures_inside_the_page_weigh_nothing() -> None:
    picture = base64.b64encode(bytes(3_000_000)).decode()
    assert read(f'<p>{SAID}<img src="data:image/png;base64,{picture}">') == f"{SAID}\n"


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 5_000 + SAID + "</div>" * 5_000,
        "<div>" * 50_000 + SAID,
        "<blockquote>" * 3_000 + SAID,
        "<ul><li>" * 2_000 + SAID,
        "<b><i>" * 3_000 + SAID,
        f"<p>{SAID}</p>" + "<ol>" + "<li>x</li>" * 20_000 + "</ol>",
        f"<p>{SAID}</p><table>" + "<tr><td colspan=900>x</td></tr>" * 3_000 + "</table>",
        f"<p>{SAID}</p>" + "<span style='display:none'>x</span>" * 5_000,
        f"<p>{SAID}</p><pre>" + "`" * 50_000 + "</pre>",
        f"<p>{SAID}</p>" + "<a href='" + "(" * 50_000 + "'>x</a>",
    ],
)
def test_hostile_page_is_read_in_seconds(source: str) -> None:
    started = perf_counter()
    assert SAID in read(source)
    assert perf_counter() - started < 20


@pytest.mark.parametrize("source", ["word", "a/b.html", "https://example.org/a", "a.txt"])
def test_page_without_any_tag_is_its_words(source: str) -> None:
    assert read(source) == f"{source}\n"


@pytest.mark.parametrize("name", ["math/tex", "application/json"])
def test_script_is_no_text(name: str) -> None:
    assert read(f'<p>{SAID}</p><script type="{name}"> </script>') == f"{SAID}\n"


def test_picture_and_code_in_a_table_stay_in_their_cells() -> None:
    picture = "<td><img src='https://example.org/a.png' alt='b'></td>"
    text = read(
        f"<p>{SAID}</p><table><tr><th>a</th><th>b</th></tr><tr>{picture}<td>c</td></tr></table>"
    )
    assert text == f"{SAID}\n\n| a | b |\n| --- | --- |\n| b | c |\n"


def test_page_beyond_all_measure_is_not_read() -> None:
    with pytest.raises(ValueError, match="has 800,001 tags and the limit is 800,000"):
        read("<b>" * 800_001)


@given(st.lists(PIECES, max_size=40))
def test_any_page_gives_blocks_within_its_text(pieces: list[str]) -> None:
    try:
        text = read("".join(pieces))
    except UnreadableDocumentError:
        return
    end = 0
    for block in WEB_PAGE.parse(text, "a").blocks:
        assert end <= block.span.start <= block.span.end <= len(text)
        assert block.span.covers(block.body)
        end = block.span.end


@given(st.lists(st.text("abc 中文。<>*_`#&-|[]()$", min_size=1, max_size=20), max_size=8))
def test_no_word_of_a_page_is_lost(words: list[str]) -> None:
    escaped = [word.replace("&", "&amp;").replace("<", "&lt;") for word in words]
    text = read(f"<p>{SAID}</p>" + "".join(f"<p>{word}</p>" for word in escaped))
    kept = "".join(text.replace("\\", "").split())
    for word in words:
        assert "".join(word.split()) in kept


def test_nothing_that_is_left_out_is_content() -> None:
    text = read(f"<main><p>{SAID}</p></main><nav><p>{SAID}</p></nav>" + f"<p>{SAID}</p>" * 8)
    kinds = [block.kind for block in WEB_PAGE.parse(text, "a").blocks]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.LEFT_OUT] + [BlockKind.PARAGRAPH] * 8


@pytest.mark.parametrize("suffix", [".html", ".HTM", ".xhtml"])
def test_pages_are_known_by_their_suffix(suffix: str) -> None:
    assert format_of(FileBytes(f"a{suffix}", b"<p>x")).name == "web page"


def test_what_reads_pages_is_loaded_with_the_first_page() -> None:
    program = (
        "import sys, ingest.formats\n"
        "print({'bs4', 'markdownify', 'mammoth', 'llama_index', 'pypdf'} & {*sys.modules})"
    )
    said = subprocess.run(  # noqa: S603 - the program is the one above
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    assert said == "set()\n"
