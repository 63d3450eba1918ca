"""One JSON object out of whatever a model says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.json_reply import LONGEST, json_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "reply",
    [
        '{"a": "b"}',
        ' \n{"a": "b"}\n',
        '```json\n{"a": "b"}\n```',
        'Here you are: {"a": "b"}. Anything else?',
        '<think>A set {1, 2} or {"x": 1}?</think>{"a": "b"}',
        '嗯，用户要 JSON。{"x": 1}</think>{"a": "b"}',
        'f(x) = {x}; {"a": "b"}',
    ],
)
def test_the_object_is_found_wherever_it_stands(reply: str) -> None:
    assert json_object(reply) == {"a": "b"}


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I am sorry, I cannot help with that.",
        '{"a": "b',
        "<think>" + '{"a": "b"}',
        '[1, 2, "a"]',
        "{" * 5_000,
        '{"a":' * 5_000,
        "[" * 5_000 + '{"a',
        "x" * LONGEST + '{"a": "b"}',
    ],
)
def test_without_a_whole_object_there_is_none(reply: str) -> None:
    assert json_object(reply) is None


@given(st.dictionaries(st.text(max_size=5), JSON))
def test_any_object_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    written = json.dumps(value)
    if "think>" not in written:
        assert json_object(written) == value


@given(st.text(max_size=300))
def test_nothing_raises(reply: str) -> None:
    found = json_object(reply)
    assert found is None or isinstance(found, dict)
