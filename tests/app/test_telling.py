import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telling import telling


@pytest.mark.parametrize(
    ("question", "passage", "kept"),
    [
        (
            "KV 缓存的代价是什么？",
            "解码时存起键和值。KV 缓存的代价是显存，长上下文时比权重还大。别的以后再说。",
            "KV 缓存的代价是显存，长上下文时比权重还大。",
        ),
        (
            "谁提的？",
            "阿青：我提的。\n大家都同意这个做法，明天开始。",
            "阿青：我提的。\n大家都同意这个做法，明天开始。",
        ),
        ("q", "短。这一句长一些，问题里的词一个也没有。", "这一句长一些，问题里的词一个也没有。"),
        ("显存", "显存不够。换一张卡就行了。", "显存不够。换一张卡就行了。"),
        ("显存", "换一张卡就行了。显存不够。", "换一张卡就行了。显存不够。"),
        ("q", "只有一句", "只有一句"),
    ],
)
def test_the_sentence_that_bears_on_the_question_is_kept(
    question: str, passage: str, kept: str
) -> None:
    assert telling(question, passage).of(passage) == kept


@given(st.text(max_size=40), st.text("甲乙。！\n ab.", max_size=60))
def test_what_is_kept_stands_in_the_passage(question: str, passage: str) -> None:
    span = telling(question, passage)
    assert 0 <= span.start <= span.end <= len(passage)
    assert bool(span.of(passage).strip()) == bool(passage.strip())
