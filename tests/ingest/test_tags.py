"""Tags that stand in the text."""

import pytest

from ingest.parsing import parse


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("见 #推理/显存 与 #a-b。", ("推理/显存", "a-b")),
        ("#2024计划 #2024 #2024-05", ("2024计划", "2024-05")),
        ("颜色 #c00000 #fff1 #a1b #beef", ("fff1", "beef")),
        ("`#代码` 与 #词", ("词",)),
        ("[目录](#推理) 与 (#推理二)", ("推理二",)),
        ("## 题目 #标签\n\n- 项 #项\n\n[^1]: 注 #注", ("标签", "项", "注")),
        ("#尾/ #尾-", ("尾",)),
        ("%%#藏%%\n\n```\n#代码\n```\n\n<!-- #也藏 -->", ()),
        ("https://example.org/#a a#b &#39; ##c", ()),
    ],
)
def test_tags_are_words_behind_a_hash(text: str, tags: tuple[str, ...]) -> None:
    assert parse(text, "名").tags == tags
