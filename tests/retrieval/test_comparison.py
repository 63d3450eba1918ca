import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.comparison import MOST, comparison


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("LoRA 和 QLoRA 有什么区别", ("LoRA", "QLoRA")),
        ("LoRA 与全参数微调的差别", ("LoRA", "全参数微调")),
        ("请问 4090 和双 3090 有什么不同？", ("4090", "双 3090")),
        ("A、B 和 C 的区别是什么", ("A", "B", "C")),
        ("比较一下 3090 和 4090 的显存", ("3090", "4090")),
        ("对比 Claude 和 GPT-4", ("Claude", "GPT-4")),
        ("vLLM 和 TGI 哪个更快", ("vLLM", "TGI")),
        ("vLLM vs TGI 哪个更快", ("vLLM", "TGI")),
        ("宝玉怎么看 GPT-4 和 Claude 的区别", ("GPT-4", "Claude")),
        ("What is the difference between LoRA and full fine-tuning?", ("LoRA", "full fine-tuning")),
        ("compare Qwen2.5 with Llama 3.1 on code", ("Qwen2.5", "Llama 3.1")),
        ("how does RAG differ from long context?", ("RAG", "long context")),
        ("Claude 3 versus GPT-4", ("Claude 3", "GPT-4")),
        ("PPO compared to DPO", ("PPO", "DPO")),
    ],
)
def test_what_is_compared_is_told_apart(text: str, parts: tuple[str, ...]) -> None:
    found = comparison(text)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LoRA 和 QLoRA",
        "Should I use LoRA or QLoRA?",
        "有什么区别",
        "LoRA 有什么不同",
        "GPT 和 BERT 的玩法，李宏毅课上怎么一句话区分？",
        "a vs",
        "和和和区别",
    ],
)
def test_what_compares_nothing_has_no_parts(text: str) -> None:
    assert comparison(text) is None


@given(
    st.text(
        st.one_of(
            st.sampled_from("AB和与、的有什么区别vs 比较difference between，?"), st.characters()
        ),
        max_size=40,
    )
)
def test_without_its_words_a_text_compares_nothing(text: str) -> None:
    found = comparison(text)
    if found is not None:
        assert 1 < len(found.parts) <= MOST
        left = text
        for place in reversed(found.places):
            left = left[: place.start] + "\x00" + left[place.end :]
        assert comparison(left) is None
