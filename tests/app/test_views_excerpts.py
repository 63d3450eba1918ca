"""Marks of other editors do not stand in plain words."""

import pytest

from app.views.excerpts import words


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("甲==重点==乙", "甲重点乙"),
        ("a==b 或 x == y", "a==b 或 x == y"),
        ("一段 ^abc-1\n二段", "一段 二段"),
        ("2 ^3", "2 ^3"),
        ("> [!tip]- 题\n> 话", "题 话"),
        ("![[图.png|300]] [[甲#乙|丙]]", "300 丙"),
    ],
)
def test_an_excerpt_holds_no_signs(markdown: str, plain: str) -> None:
    assert words(markdown) == plain
