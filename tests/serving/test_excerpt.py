"""Words of a note that become a paragraph of an answer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.excerpt import excerpt


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- 甲\n  - 乙", "甲 乙"),
        ("## 标题\n1. 正文", "标题 正文"),
        ("> 引文", "引文"),
        ("见 [12]", "见 [\u206012]"),
        ("见 [14, 15] 和【3】", "见 [\u206014, 15] 和【\u20603】"),
        ("到 [2-4]，［ 7 ］", "到 [\u20602-4]，［\u2060 7 ］"),
        ("数组 [1.5] 与 [a1]", "数组 [1.5] 与 [a1]"),
        ("```python\nx = 1\n```", "x = 1"),
        ("一个 ` 反引号", "一个 反引号"),
        ("`a` 和 `b`", "`a` 和 `b`"),
        ("末尾\\", "末尾"),
    ],
)
def test_a_paragraph_is_one_safe_line(text: str, shown: str) -> None:
    assert excerpt(text) == shown


@given(st.text(alphabet="甲[1]`~\n\\- #"))
def test_no_excerpt_breaks_the_mark_after_it(text: str) -> None:
    line = excerpt(text)

    assert "\n" not in line
    assert line.count("`") % 2 == 0
    assert re.search(r"\[\d+\]", line) is None
