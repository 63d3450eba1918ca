from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from sqlalchemy.dialects import sqlite

from app.db.columns import NaiveTimeError, UtcTime, is_storable, sealed, unsealed
from tests.contracts.catalog_contract import AWKWARD

DIALECT = sqlite.dialect()


@given(AWKWARD)
def test_any_text_is_sealed_into_what_a_database_takes_and_back(text: str) -> None:
    stored = sealed(text)
    stored.encode()
    assert "\x00" not in stored
    assert unsealed(stored) == text
    assert is_storable(text) == (stored == text)


def test_ordinary_text_is_stored_as_it_is() -> None:
    text = "显存\r\n要\t多少？\u2028😀\ufeff\U000f0000"
    assert sealed(text) == text


def test_a_seal_that_was_cut_off_does_no_harm() -> None:
    assert unsealed("旧\x01") == "旧\x01"


def test_times_are_stored_in_utc() -> None:
    eight_hours = timezone(timedelta(hours=8))
    stored = UtcTime().process_bind_param(datetime(2024, 3, 1, 8, tzinfo=eight_hours), DIALECT)
    assert stored == datetime(2024, 3, 1, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTimeError, match=r"2024-03-01T08:00:00 has no zone"):
        UtcTime().process_bind_param(datetime(2024, 3, 1, 8), DIALECT)  # noqa: DTZ001
