"""The language of a question decides in which language it is answered."""

import pytest

from serving.language import language_of


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("思维链是什么？", "zh"),
        ("Qwen2.5-72B 和 Llama 3 有什么区别", "zh"),
        ("vLLM PagedAttention KV cache 怎么配置", "zh"),
        ("What is chain of thought?", "en"),
        ("What does 思维链 mean?", "en"),
        ("RLHF", "en"),
        ("4090", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_told_by_grammar_not_by_names(question: str, language: str) -> None:
    assert language_of(question) == language
