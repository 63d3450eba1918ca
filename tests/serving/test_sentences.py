"""Where one sentence ends and the next begins."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.sentences import sentences


def parts(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。乙！丙？丁；戊", ["甲。", "乙！", "丙？", "丁；", "戊"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("甲[1]。乙。[2]丙", ["甲[1]。", "乙。[2]", "丙"]),
        ("One.[1] Two [2]. Three. [1][2] Four", ["One.[1]", "Two [2].", "Three. [1][2]", "Four"]),
        ("他说：“甲。”乙", ["他说：“甲。”", "乙"]),
        ('He said "No." Then', ['He said "No."', "Then"]),
        ("第一行\n\n第二行\n", ["第一行", "第二行"]),
        ("Qwen2.5 有 0.5B 版本。", ["Qwen2.5 有 0.5B 版本。"]),
        ("Use e.g. LoRA. Then", ["Use e.g. LoRA.", "Then"]),
        ("1. 第一步\n2. 第二步", ["1. 第一步", "2. 第二步"]),
        ("It has 7B. Next", ["It has 7B.", "Next"]),
        ("It cost 12. Next", ["It cost 12.", "Next"]),
        ("From the USA. Next", ["From the USA.", "Next"]),
        ("真的吗？！好", ["真的吗？！", "好"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_keep_their_marks_and_quotation_marks(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@given(st.text(alphabet="甲 a.。！\n[1]”7A"))
def test_only_white_space_is_lost_between_sentences(text: str) -> None:
    spans = sentences(text)

    assert "".join("".join(parts(text)).split()) == "".join(text.split())
    assert list(spans) == sorted(spans)
    assert not any(a.overlaps(b) for a, b in pairwise(spans))
