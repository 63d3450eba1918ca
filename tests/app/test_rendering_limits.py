"""Input made to keep a parser busy is shown within two seconds, as it is written if need be."""

import time

import pytest
from bs4 import BeautifulSoup

from app.rendering import Origin, Place, render_markdown
from app.rendering.code import code_html
from app.rendering.math import mathml
from app.rendering.raw_html import redraw
from tests.app.pages_in_tests import NOTE, ZH
from tests.timing import untraced

SECONDS = 2.0
HOSTILE = {
    "open brackets": "[" * 6_400,
    "open image brackets": "![" * 1_400,
    "quotes without end": ">" * 10_000,
    "quotes with spaces": "> " * 10_000,
    "emphasis": "*a*" * 50_000,
    "emphasis below the limit": "*a " * 700,
    "underscores": "_a" * 1_400,
    "one long line": "a" * 5_000_000,
    "one long line of words": "ab " * 1_600_000,
    "nested list": "\n".join("  " * depth + "- a" for depth in range(400)),
    "wide ordered list": "1. " * 5_000,
    "font tags": "<font>" * 200_000,
    "font tags below the limit": "<font color=red>x" * 1_900,
    "rows": "|a|b|\n|-|-|\n" + "|1|2|\n" * 100_000,
    "rows below the limit": "|a|b|\n|-|-|\n" + "|1|2|\n" * 6_000,
    "columns": "|" * 5_000 + "\n" + "|-" * 5_000,
    "escapes in an address": "[x](" + "\\!" * 9_000,
    "back ticks": "".join("`" * count + " " for count in range(190)),
    "less-than signs": "<" * 20_000,
    "tags without end": "<a " * 1_400,
    "comments without end": "<!--" * 4_000,
    "declarations without end": "<![CDATA[" * 1_400,
    "ampersands": "&" * 20_000,
    "definitions": "\n".join(f"[{n}]: http://x/{n}" for n in range(3_000)),
    "footnotes": "\n".join(f"[^{n}]: x" for n in range(3_000)),
    "dollars": "$a " * 1_400,
    "math blocks": "$$\n" * 5_000,
    "wikilinks": "[[" * 700,
    "fences": "```\n" * 10_000,
    "highlights": "==a==" * 280,
    "highlights that open": "==a " * 700,
    "highlights in a highlight": "一==" * 700 + "a",
    "comments in a line": "一%%a%%" * 370,
    "comments that open": "%% a" * 700,
    "html comments that open": "<!-- a" * 1_400,
    "small signs": "x~a" * 1_400,
    "raised signs": "x^a" * 1_400,
    "block names": "a ^b\n" * 1_400,
    "embeds": "![[a" * 700,
    "embedded notes": "![[a]]" * 700,
    "callouts": "> [!note] a\n> b\n\n" * 3_000,
    "callouts in callouts": "\n".join("> " * depth + "[!note]- a" for depth in range(1, 300)),
    "titles without words": "> [!note]\n\n" * 5_000,
    "footnotes that are referred to": "[^a]: b\n\n  c\n\n" * 3_500 + "[^a]",
    "footnotes in footnotes": "\n\n".join(" " * depth + "[^a]: b" for depth in range(0, 400, 2)),
    "footnotes and blank lines": "[^a]: b\n\n\n\n\n" * 4_500,
    "headings with one name": "a\n-\n" * 7_000,
    "html blocks": "<div>\n\n" * 8_000,
    "nested html": "<div>" * 9_000,
    "addresses": "https://a.b " * 1_600,
    "backslashes": "\\" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_shown_in_time(name: str) -> None:
    with untraced():
        started = time.process_time()
        html = render_markdown(HOSTILE[name], Origin(ZH, NOTE), Place(0))
        ended = time.process_time()

    assert ended - started < SECONDS
    assert html or name == "definitions"


def test_a_text_beyond_the_limit_is_shown_as_it_is_written_with_a_notice() -> None:
    text = "**a**\r\n<b>" * 20_000

    tree = BeautifulSoup(render_markdown(text, Origin(ZH), Place(7)), "html.parser")

    body = tree.select(".unparsed")[0]
    assert tree.select(".notice")[0].get_text() == ZH("note.unparsed")
    assert (body["data-start"], body["data-end"]) == ("7", str(7 + len(text)))
    assert body.get_text().split() == text.split()


def test_a_paragraph_that_is_too_dense_is_plain_while_the_rest_is_set() -> None:
    html = render_markdown("**甲**\n\n" + "[" * 2_000, Origin(ZH))

    tree = BeautifulSoup(html, "html.parser")
    assert [tag.get_text() for tag in tree.select("p")] == [
        ZH("note.unparsed"),
        "甲",
        "[" * 2_000,
    ]


def test_code_that_is_too_long_or_of_no_known_language_is_not_coloured() -> None:
    assert code_html("<x>", "no-such-language") == "&lt;x&gt;"
    assert code_html("<x>", '"><script>') == "&lt;x&gt;"
    assert code_html("1" * 40_000, "python") == "1" * 40_000


def test_math_that_is_too_long_or_too_deep_is_shown_as_code() -> None:
    assert "<math" not in mathml("{" * 100 + "}" * 100, block=False)
    assert "<math" not in mathml("x+" * 2_000, block=True)
    assert "<math" in mathml("x_1", block=False)


def test_html_that_is_too_long_is_shown_as_it_is_written() -> None:
    assert redraw("<b>" * 20_000, Origin(ZH)) == "&lt;b&gt;" * 20_000
