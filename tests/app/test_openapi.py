"""The API does what its description says, whatever is sent to it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    CHECKS,
    load_all_checks,
    not_a_server_error,
)

from tests.app.conftest import Running

load_all_checks()
_PROMISES: list[Any] = [
    not_a_server_error,
    *CHECKS.get_by_names(
        [
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
        ]
    ),
]
_SECONDS = 30


def _tried(page: Running, examples: int) -> int:
    """Send ``examples`` requests of each kind to each operation; return how many were tried."""
    schema = schemathesis.openapi.from_url(f"{page.url}/openapi.json")
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def answered(case: Case[Any]) -> None:
                reply = case.call(base_url=page.url, headers={"Origin": page.url}, timeout=_SECONDS)
                case.validate_response(reply, checks=_PROMISES)

            try:
                answered()
            except Unsatisfiable:
                continue  # nothing that could be sent here would be wrong
            tried += 1
    return tried


def test_every_operation_answers_as_described(page: Running) -> None:
    assert _tried(page, 12) > 20


@pytest.mark.full
def test_every_operation_answers_as_described_for_long(page: Running) -> None:
    assert _tried(page, 400) > 20
