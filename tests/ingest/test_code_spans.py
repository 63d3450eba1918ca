import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsing.code_spans import code_spans, without_code


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a `b` c", "a     c"),
        ("`a` `b", "    `b"),
        ("``a`b`` c", "        c"),
        ("`a``b` c", "       c"),
        ("没有", "没有"),
        ("```", "```"),
    ],
)
def test_code_is_made_blank(line: str, words: str) -> None:
    assert without_code(line) == words


@given(st.text("`a ", max_size=30))
def test_code_begins_and_ends_with_as_many_backticks(line: str) -> None:
    for start, end in code_spans(line):
        code = line[start:end]
        ticks = len(code) - len(code.lstrip("`"))
        assert code.endswith("`" * ticks)
        assert line[end : end + 1] != "`"
        assert line[start - 1 : start] != "`"
