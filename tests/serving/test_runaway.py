"""A model that repeats itself is told from one that only sounds alike."""

import pytest

from serving.runaway import looping


@pytest.mark.parametrize(
    "text",
    ["前言。" + "这一句话被反复说了很多很多遍没有意义。" * 11, "哈" * 220, "ab" * 200, "x\n" * 150],
)
def test_a_loop_is_noticed(text: str) -> None:
    assert looping(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "短",
        "".join(f"| 型号 {n} | 支持 | 不支持 | 支持 |\n" for n in range(60)),
        "这一句话被反复说了很多很多遍没有意义。" * 5,
        "-" * 120,
        "正文" + "".join(f"第{n}点。" for n in range(200)),
    ],
)
def test_a_table_or_a_list_is_no_loop(text: str) -> None:
    assert not looping(text)
