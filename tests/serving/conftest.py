"""Scripted models for the tests of answers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.scripted_model import Script, ScriptedModel

StartModel = Callable[[Script], ScriptedModel]


@pytest.fixture
def start_model() -> Iterator[StartModel]:
    """Start scripted models that stop after the test."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(ScriptedModel(script))
