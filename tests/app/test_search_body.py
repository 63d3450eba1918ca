"""Settings of one search, as they are written."""

from dataclasses import fields
from datetime import date

import pytest

from app.search_body import SearchSettingsBody, SearchSettingsError
from retrieval.search_settings import SearchSettings


def test_every_setting_of_a_search_can_be_named() -> None:
    changing = {each.name for each in fields(SearchSettings)} - {"traced"}
    assert set(SearchSettingsBody.model_fields) == changing


def test_pairs_are_read_and_written() -> None:
    body = SearchSettingsBody.of_pairs(["rerank=off", " candidates = 100", "today=2024-03-01"])
    assert body == SearchSettingsBody(rerank=False, candidates=100, today=date(2024, 3, 1))
    assert body.written == "candidates=100 rerank=off today=2024-03-01"
    assert SearchSettingsBody.of_pairs(body.written.split()) == body
    assert SearchSettingsBody.of_pairs([]).written == ""


def test_what_is_not_named_stays() -> None:
    settings = SearchSettings(candidates=70, links=False)
    assert SearchSettingsBody().applied(settings) == settings
    assert SearchSettingsBody(rerank=False, candidates=9).applied(settings) == SearchSettings(
        candidates=9, links=False, rerank=False
    )


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("rerank", "'rerank' cannot be used: the settings are candidates,"),
        ("colour=red", "'colour=red' cannot be used: the settings are candidates,"),
        ("candidates=0", "'candidates=0' cannot be used: Input should be greater"),
        ("rerank=perhaps", "'rerank=perhaps' cannot be used: Input should be a valid boolean"),
        ("threshold=nan", "'threshold=nan' cannot be used"),
    ],
)
def test_what_cannot_be_used_is_told(pair: str, said: str) -> None:
    with pytest.raises(SearchSettingsError, match=said):
        SearchSettingsBody.of_pairs([pair])
