"""Texts that make careless patterns slow or deep: parsing takes about as long as for any other."""

from time import process_time
from uuid import UUID

import pytest

from ingest.chunking import chunks
from ingest.parsing import parse
from tests.timing import untraced

SIZE = 100_000
PATIENCE_S = 5.0
"""What takes time by the square of 100,000 characters takes minutes."""

HOSTILE = {
    "brackets in a heading": "# " + "[" * SIZE,
    "headings of brackets": ("# " + "[" * 1_000 + "\n") * (SIZE // 1_000),
    "open wikilinks": "# " + "[[a" * (SIZE // 3),
    "open wikilink sections": "# " + "[[a#" * (SIZE // 4),
    "open links": "# " + "[a](b " * (SIZE // 6),
    "parentheses in a link": "# [a](" + "(a)" * (SIZE // 3),
    "tags in a heading": "# " + "<a" * (SIZE // 2),
    "stars in a heading": "# " + "*" * SIZE,
    "spaces before a heading's words": "# " + " " * SIZE + "x",
    "spaces inside a heading": "# a" + " " * SIZE + "b",
    "hashes after a heading": "# a " + "#" * SIZE + "x",
    "hashes and spaces": "# " + "# " * (SIZE // 2) + "x",
    "empty headings": "#\n" * (SIZE // 2),
    "headings": "# a\n" * (SIZE // 4),
    "bare headings": "标题\n\n" * (SIZE // 4),
    "quotes in quotes": ">" * SIZE,
    "deeper and deeper quotes": "\n".join(">" * depth for depth in range(450)),
    "lists in a list": "- " * (SIZE // 2),
    "deeper and deeper lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "list items": "- a\n" * (SIZE // 4),
    "opened fences": "```a\n" * (SIZE // 5),
    "shorter and shorter fences": "\n".join("`" * mark + "a" for mark in range(450, 2, -1)),
    "fences": "```\n" * (SIZE // 4),
    "pipes": "|" * SIZE,
    "rows without a table": "|a\n" * (SIZE // 3),
    "a wide table": "|" * 500 + "\n" + "|-" * 500 + "\n" + "|a\n" * (SIZE // 3),
    "a long table": "|a|b|\n|-|-|\n" + "|c|d|\n" * (SIZE // 6),
    "link definitions": "[a]: b\n" * (SIZE // 7),
    "open link titles": '[a]: b "\n' * (SIZE // 9),
    "open tags": "<" * SIZE,
    "open comments": "<!-- \n" * (SIZE // 6),
    "remarks": "前%%注%%后 <!-- 注 -->\n" * (SIZE // 20),
    "comments of their own": "%%\n注\n%%\n\n" * (SIZE // 9),
    "open percent signs": "%%a\n" * (SIZE // 4),
    "percent signs in a line": "%%a " * (SIZE // 4),
    "closed comments that none opens": "--> " * (SIZE // 4),
    "longer and longer backticks": "".join("`" * ticks + " " for ticks in range(440)),
    "footnotes": "".join(f"词[^{n}]\n\n[^{n}]: 说明\n\n" for n in range(SIZE // 20)),
    "footnotes and blank lines": "[^a]: b\n\n\n\n" * (SIZE // 10),
    "a footnote that goes on": "[^a]: b\n\n" + "  c\n\n" * (SIZE // 5),
    "callouts": "> [!note] 题\n> 一句。\n\n" * (SIZE // 19),
    "underlined headings": "a\n===\n\n" * (SIZE // 7),
    "data": "前\n\n![a](data:image/png;base64," + "iVBORw0KGgo" * (SIZE // 11) + ")\n\n后",
    "wrapped data": ("QUJD" * 19 + "\n") * (SIZE // 77),
    "data without data": "data:image/png;base64,\n" * (SIZE // 23),
    "data on one line": '{"id":1,"ok":true},' * (SIZE // 19),
    "properties": "a:: b\n" * (SIZE // 6),
    "an open object": "{\n" + "a\n" * (SIZE // 2),
    "an open table": "+++\n" + "a = 1\n" * (SIZE // 6),
    "a deep object": '{\n"a": ' + "[" * 9_000 + "\n}\n",
    "one long line": "a" * SIZE,
    "short lines": "a\n" * (SIZE // 2),
    "short lines apart": "a\n\n" * (SIZE // 3),
    "nothing but line ends": "\r" * SIZE,
    "nothing but spaces": " " * SIZE,
    "other line separators": "a\u2028" * (SIZE // 2),
    "nothing but NUL": "\0" * SIZE,
    "rules": "---\n" * (SIZE // 4),
    "a long rule": "*" * SIZE,
    "cuts": "<!-- cut -->\n" * (SIZE // 13),
    "spaces before a time": " " * SIZE + "2024/3/7 9:05:12 ",
    "spaces after a time": "a 2024/3/7 9:05:12" + " " * SIZE + "x",
    "spaces after a comment": "2024-03-07 09:05" + " " * SIZE + "x",
    "spaces before a reply": "a 9:05:12\n" * 3 + "a  " * (SIZE // 3) + "@",
    "messages": "a 2024/3/7 9:05:12\nb\n" * (SIZE // 22),
    "headers alone": " 9:05:12\n" * (SIZE // 9),
    "messages that quote": "a 2024/3/7 9:05:12\nsame\nb 2024/3/7 9:05:12\n> same\nc\n"
    * (SIZE // 52),
    "quotations without end": "a 2024/3/7 9:05:12\n「b：c\n" * (SIZE // 25),
    "boxes": "[2024/3/7 21:05] " * (SIZE // 17),
    "names and colons": "a:\nb\n\n" * (SIZE // 7),
    "rules of heads": "==========\n" * (SIZE // 11),
    "walls of titles": ("一二三四五 " * 20 + "\n") * (SIZE // 121),
    "days alone": "———— 2024-05-12 ————\n" * (SIZE // 21),
    "dashes before a day": "—" * SIZE + "2024",
    "comments": "a\nb\n2024-03-07 09:05 👍1\n" * (SIZE // 24),
    "entries": "### 1\n\n2024-03-01\n\na\n@b\n" * (SIZE // 25),
    "times": "9:05 a\n" * (SIZE // 7),
    "times alone": "9:05\n" * (SIZE // 5),
    "time links": "[时间戳](http://a/b?t=1)\n" * (SIZE // 20),
    "pointing hands": "👉" * SIZE,
    "selling words": "免费领取" * (SIZE // 4),
    "related captions": "相关文章\n" * (SIZE // 5),
    "cookie words": "we " * (SIZE // 3),
    "hashtags": "#标签 " * (SIZE // 4),
    "a deep head": "---\na: " + "[" * 9_000 + "\n---\n",
    "a head of lists in lists": "---\n" + "- " * 9_000 + "\n---\n",
    "a head of digits": "---\ntitle: " + "9" * 9_000 + "\n---\n",
    "a head of sixties": "---\ntitle: 1:" + ":".join(["59"] * 3_000) + "\n---\n",
    "a head that is never closed": "---\n" + "a: b\n" * (SIZE // 5),
    "a head that grows": "---\na: &-a {b: 1, c: 2}\n"
    + "".join(
        f"{name}: &-{name} {{<<: [{', '.join([f'*-{before}'] * 9)}]}}\n"
        for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    + "---\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_time(name: str) -> None:
    text = HOSTILE[name]
    with untraced():
        started = process_time()
        parsed = parse(text, "名")
        found = chunks(UUID(int=0), text, parsed)
        ended = process_time()
    assert ended - started < PATIENCE_S
    assert all(chunk.text == chunk.span.of(text) for chunk in found)


@pytest.mark.parametrize("character", "a显[>|`#*<-9")
def test_a_million_times_the_same_character_is_read_in_time(character: str) -> None:
    with untraced():
        started = process_time()
        parse(character * 1_000_000, "名")
        ended = process_time()
    assert ended - started < 2 * PATIENCE_S
